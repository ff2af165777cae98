using Fer.Core.Data;

namespace Fer.Core.Tests.Data;

public sealed class SkippedFilesTests
{
    [Fact]
    public void One_line_says_how_many_files_were_skipped_and_why() => Assert.Equal(
        "skipped 6 files: 4 not an image (Thumbs.db, notes.txt, a.csv, ...), 2 unreadable",
        new SkippedFiles(["x/Thumbs.db", "x/notes.txt", "y/a.csv", "z/b.py"], 2).Describe());

    [Fact]
    public void Nothing_is_said_if_no_file_was_skipped() => Assert.Null(new SkippedFiles([], 0).Describe());
}
