namespace Fer.Core.Reporting;

/// <summary>Round times for the axis of a chart.</summary>
internal static class TimeAxis
{
    private const int MostTicks = 13;

    private static readonly double[] Steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];

    /// <summary>At most 13 ticks from 0 to the end.</summary>
    /// <param name="duration">In seconds.</param>
    public static IEnumerable<double> Ticks(double duration)
    {
        var step = Steps.FirstOrDefault(step => duration / step < MostTicks, Steps[^1] * Math.Ceiling(duration / Steps[^1] / MostTicks));
        return Enumerable.Range(0, (int)Math.Floor(duration / step + 1e-9) + 1).Select(tick => tick * step);
    }

    /// <summary>A time in words: <c>4.5 s</c>, <c>2:30</c>, <c>1:02:30</c>.</summary>
    public static string Name(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return seconds < 60 ? $"{seconds:0.#} s"
            : time.TotalHours < 1 ? $"{time.Minutes}:{time.Seconds:00}"
            : $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}";
    }
}
