using HubertSharp.Runs;

namespace HubertSharp.Tests;

public class CountedTests
{
    [Theory]
    [InlineData(0, "0 files")]
    [InlineData(1, "1 file")]
    [InlineData(12, "12 files")]
    public void One_is_singular(long count, string expected) => Assert.Equal(expected, Counted.Of(count, "file"));

    [Theory]
    [InlineData(0.0012345, "0.001")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.51234, "0.512")]
    [InlineData(5, "5.0")]
    [InlineData(5.4321, "5.43")]
    [InlineData(54.321, "54.3")]
    [InlineData(543.21, "543")]
    [InlineData(54321, "54,300")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "NaN")]
    public void A_measured_number_has_three_digits(double value, string expected) => Assert.Equal(expected, Counted.Measured(value));

    [Fact]
    public void The_last_report_of_many_threads_is_the_highest()
    {
        var seen = new List<long>();
        var counter = new StageCounter(new Listener(seen), 2000, "files");
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => counter.Add());
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (long)i), seen);
    }

    private sealed class Listener(List<long> seen) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => seen.Add(value.Done);
    }
}
