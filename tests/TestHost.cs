using Fer.Core.Native;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Fer.Tests;

/// <summary>
/// The entry point that xunit would generate, with the end of the tools: a normal exit runs the destructors of libtorch
/// and OpenCV while their threads may still run, which sometimes ended a green run in SIGABRT.
/// </summary>
internal static class TestHost
{
    private static async Task Main(string[] args) => ProcessExit.Now(
        args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, Extensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args));
}
