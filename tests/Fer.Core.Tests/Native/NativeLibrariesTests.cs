using Fer.Core.Native;

namespace Fer.Core.Tests.Native;

public sealed class NativeLibrariesTests
{
    private const string Advice = "In order to help diagnose loading problems, consider using a tool like strace. If you're using glibc, consider setting the LD_DEBUG environment variable: ";

    [Fact]
    public void A_missing_system_library_is_named_with_its_package()
    {
        var line = NativeLibraries.ExplainLoadFailure(OpenCvLacks("libdrm.so.2"), isInstalled: _ => true);

        Assert.Equal("the system library libdrm.so.2 is missing; on Debian and Ubuntu: sudo apt-get install libdrm2", line);
    }

    [Fact]
    public void The_packages_of_the_other_missing_libraries_are_named_too()
    {
        string[] missing = ["libdrm.so.2", "libatomic.so.1", "libgtk-3.so.0", "libgdk-3.so.0"];

        var line = NativeLibraries.ExplainLoadFailure(OpenCvLacks("libdrm.so.2"), name => !missing.Contains(name));

        Assert.Equal("the system library libdrm.so.2 and 3 more are missing; on Debian and Ubuntu: sudo apt-get install libdrm2 libatomic1 libgtk-3-0", line);
    }

    [Fact]
    public void A_library_of_no_known_package_is_named_alone() =>
        Assert.Equal(
            "the system library libnew-1.2.so.7 is missing; install the package that contains it",
            NativeLibraries.ExplainLoadFailure(OpenCvLacks("libnew-1.2.so.7")));

    [Fact]
    public void Musl_words_it_differently() =>
        Assert.StartsWith(
            "the system library libatomic.so.1 is missing",
            NativeLibraries.ExplainLoadFailure(
                new DllNotFoundException(
                    "Unable to load shared library 'OpenCvSharpExtern' or one of its dependencies.\nError loading shared library libatomic.so.1: No such file or directory (needed by /opt/fer/libOpenCvSharpExtern.so)"),
                isInstalled: _ => true),
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_part_of_libtorch_is_not_taken_for_a_system_library()
    {
        var absent = Failure("torch_cpu", "/opt/fer/libtorch_cpu.so: cannot open shared object file: No such file or directory");
        var dependency = Failure("LibTorchSharp", "libtorch_cpu.so: cannot open shared object file: No such file or directory");

        Assert.Equal("the native library torch_cpu is missing from this program's folder; build or install this program again", NativeLibraries.ExplainLoadFailure(absent));
        Assert.Equal("libtorch_cpu.so is missing from this program's folder; build or install this program again", NativeLibraries.ExplainLoadFailure(dependency));
    }

    [Fact]
    public void A_system_library_that_is_too_old_is_named()
    {
        var failure = Failure("LibTorchSharp", "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /opt/fer/libLibTorchSharp.so)");

        Assert.StartsWith(
            "libstdc++.so.6 of this system is too old: libLibTorchSharp.so needs GLIBCXX_3.4.32",
            NativeLibraries.ExplainLoadFailure(failure),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file too short")]
    [InlineData("invalid ELF header")]
    [InlineData("cannot read file data")]
    public void A_damaged_library_is_named_with_its_path(string words) =>
        Assert.Equal(
            $"/opt/fer/libSkiaSharp.so is damaged ({words}); build or install this program again",
            NativeLibraries.ExplainLoadFailure(Failure("SkiaSharp", $"/opt/fer/libSkiaSharp.so: {words}")));

    [Fact]
    public void The_page_that_TorchSharp_writes_becomes_one_line()
    {
        const string page = "This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64, Version=2.10.0.0.\n\nConsider referencing one of the combination packages";
        var failure = new TypeInitializationException("TorchSharp.torch", new NotSupportedException(page));

        var line = NativeLibraries.ExplainLoadFailure(failure);

        Assert.Equal("a native library does not load: This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64, Version=2.10.0.0.", line);
    }

    [Fact]
    public void Every_line_of_the_table_names_a_library_and_a_package() =>
        Assert.All(SystemLibraries.Packages, entry =>
        {
            Assert.Matches(@"^lib.+\.so\.\d+$", entry.Key);
            Assert.Matches(@"^lib[a-z0-9.+-]+$", entry.Value);
        });

    private static TypeInitializationException OpenCvLacks(string library) => new(
        "OpenCvSharp.Internal.NativeMethods",
        Failure("OpenCvSharpExtern", $"{library}: cannot open shared object file: No such file or directory"));

    // As recorded on a minimal Debian 12: the loader's reason stands among the other names that .NET has tried.
    private static DllNotFoundException Failure(string library, string reason) => new($"""
        Unable to load shared library '{library}' or one of its dependencies. {Advice}
        /opt/fer/{library}.so: cannot open shared object file: No such file or directory
        /usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.12/{library}.so: cannot open shared object file: No such file or directory
        {reason}
        /usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.12/lib{library}.so: cannot open shared object file: No such file or directory
        /opt/fer/{library}: cannot open shared object file: No such file or directory

        """);
}
