using System.Globalization;

namespace Fer.Cli.Tests.Faults;

/// <summary>How often a fault is injected: a few times in the ordinary tests, as often as <c>FER_FAULT_COUNT</c> says in <c>scripts/soak.sh</c>.</summary>
internal static class Repetitions
{
    public static int Of(int ordinary) =>
        int.TryParse(Environment.GetEnvironmentVariable("FER_FAULT_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : ordinary;
}
