using System.IO.Compression;
using System.Text;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Tests.Fuzzing;

/// <summary>Checkpoints come from strangers: a damaged one is refused in one line, in bounded time and memory.</summary>
public sealed class CheckpointFuzzTests : IDisposable
{
    // Opcodes of the pickle format with arguments, and the names that the reader knows.
    private static readonly byte[][] PickleTokens =
    [
        [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8], [.. "ccollections\nOrderedDict\n"u8], [.. "ctorch\nFloatStorage\n"u8], [.. "cos\nsystem\n"u8],
        [.. ")R"u8], [.. "Q"u8], [.. "("u8], [.. "t"u8], [.. "u"u8], [.. "s"u8], [.. "e"u8], [.. "a"u8], [.. "."u8], [.. "}"u8], [.. "]"u8], [.. "N"u8], [0x85], [0x86], [0x87],
        [(byte)'J', 0xFF, 0xFF, 0xFF, 0x7F], [(byte)'J', 0, 0, 0, 0x80], [(byte)'K', 0], [(byte)'M', 0xFF, 0xFF], [0x8a, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x8a, 0],
        [(byte)'G', 0x7F, 0xF8, 0, 0, 0, 0, 0, 0], [(byte)'G', 0x7F, 0xF0, 0, 0, 0, 0, 0, 0], [(byte)'X', 0, 0, 0, 0x7F], [(byte)'q', 0], [(byte)'h', 1], [(byte)'r', 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    private static readonly byte[][] ZipTokens = [[.. "PK\u0003\u0004"u8], [.. "PK\u0001\u0002"u8], [.. "PK\u0005\u0006"u8], [.. "PK\u0006\u0006"u8], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [8, 0]];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_checkpoint_is_refused_in_one_line()
    {
        var path = _folder.Inside("damaged.pt");
        CheckpointStore.Save(path, SmallCheckpoint.Create(labels: 2, size: 8));
        var (whole, entries) = (File.ReadAllBytes(path), Entries(path));
        Fuzz.Run(ordinary: 2000, factor: 10, (ref random) => random.Next(4) == 0 ? Mutation.Of(whole, ref random, ZipTokens) : Repacked(entries, ref random), file =>
        {
            File.WriteAllBytes(path, file);
            CheckpointStore.Load(path);
        });
    }

    private static List<(string Name, byte[] Content)> Entries(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return [.. zip.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            var content = new byte[entry.Length];
            stream.ReadExactly(content);
            return (entry.FullName, content);
        })];
    }

    /// <summary>The same archive with a damaged pickle under a right checksum, and now and then with a shorter storage or without one.</summary>
    private static byte[] Repacked(List<(string Name, byte[] Content)> entries, ref CounterRandom random)
    {
        var damaged = random.Next(8) == 0 ? random.Next(entries.Count) : -1;
        using var stream = new MemoryStream();
        var zip = new StoredZipWriter(stream);
        for (var entry = 0; entry < entries.Count; entry++)
        {
            var (name, content) = entries[entry];
            if (name.EndsWith("data.pkl", StringComparison.Ordinal) && (damaged < 0 || random.Next(2) == 0))
            {
                content = Mutation.Of(content, ref random, PickleTokens);
            }
            else if (entry == damaged)
            {
                if (random.Next(3) == 0)
                {
                    continue;
                }

                content = random.Next(2) == 0 ? content[..random.Next(content.Length + 1)] : Mutation.Of(content, ref random, [Encoding.ASCII.GetBytes("big")]);
            }

            zip.Add(name, content);
        }

        zip.Complete();
        return stream.ToArray();
    }
}
