using System.Runtime.CompilerServices;
using Fer.Core.Detection;

namespace Fer.Core.Tests.Support;

internal static class QuietOpenCv
{
    /// <summary>Before the first test, so that damaged files are damaged in silence.</summary>
    [ModuleInitializer]
    public static void Silence() => OpenCvLog.Silence();
}
