using HubertSharp.Cli.Benchmarks;

namespace HubertSharp.Tests.Cli.Benchmarks;

public class BenchReportTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(1, 1)]
    [InlineData(0, 1)] // a benchmark without a run has no figure
    public void The_first_and_the_fastest_run_are_told(int repeat, int runs)
    {
        var (count, last, clock) = (0, 0, new SettableClock());
        var report = BenchReport.Measure("stage", repeat, threads: 3, () =>
        {
            clock.Running += TimeSpan.FromSeconds(count switch { 0 => 60, 1 => 5, _ => 7 }); // the first one compiles
            return ++count;
        }, result => 100 + result, (told, result) => told with { Clusters = last = result }, clock);
        var (first, best) = (report.FirstSeconds, report.BestSeconds);
        Assert.Equal((runs, runs, 100L + runs, 3), (count, last, report.Frames, report.Threads));
        Assert.Equal((60, runs == 1 ? 60 : 5), (first, best));
        Assert.True(report.ProcessSeconds > 0 && report.CpuSeconds is >= 0 and < double.PositiveInfinity);
    }

    [Fact]
    public void Speeds_are_those_of_the_fastest_run()
    {
        var report = new BenchReport("mfcc", 3000, 6, 2, 1) { ProcessSeconds = 7, CpuSeconds = 4, AudioSeconds = 30 };
        Assert.Equal((1500.0, 15.0), (report.FramesPerSecond, report.TimesRealTime));
        Assert.Null((report with { AudioSeconds = null }).TimesRealTime);
    }
}
