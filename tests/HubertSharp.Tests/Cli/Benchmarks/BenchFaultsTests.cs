using HubertSharp.Cli;
using HubertSharp.Cli.Benchmarks;
using HubertSharp.Runs;
using HubertSharp.Tests.Cli.Verbs;

namespace HubertSharp.Tests.Cli.Benchmarks;

[Collection("alone")]
public class BenchFaultsTests
{
    /// <summary>The option, what it may be, and what it was.</summary>
    [Theory]
    [InlineData("--rows: bad value (expected 1 to 10,000, found 0)", "step", "--rows", "0")]
    [InlineData("--seconds: bad value (expected 0.5 to 600 s, found 601)", "step", "--seconds", "601")]
    [InlineData("--steps: bad value (expected 1 to 1,000,000, found -3)", "step", "--steps", "-3")]
    [InlineData("--clip-seconds: bad value (expected 0.1 to 600 s, found 0.05)",
        "tokenizer", "tokenizer_small_cpu", "--clip-seconds", "0.05")]
    [InlineData("--rounds: bad value (expected 0 to 1,000,000, found -1)", "tokenizer", "tokenizer_small_cpu", "--rounds", "-1")]
    [InlineData("--frames: bad value (expected 10 to 2,147,483,647, as many as clusters, found 5)",
        "kmeans", "--frames", "5", "--clusters", "10")]
    [InlineData("--minutes: bad value (expected 0.01 to 600, found 0)", "extract", "--minutes", "0")]
    public void A_bad_value_names_its_option(string fault, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var result = HubertInside.Run(folder.FullName, ["bench", .. arguments], untilDone: true);
        Assert.Equal(CommandHost.UserFault, result.ExitCode);
        Assert.Contains(fault, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_ends_of_a_range_belong_to_it()
    {
        BenchFaults.Check("--x", 1, 1, 2);
        BenchFaults.Check("--x", 2, 1, 2);
        Assert.Throws<UserException>(() => BenchFaults.Check("--x", double.NaN, 1, 2));
    }
}
