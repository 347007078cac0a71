using HubertProgram = HubertSharp.Cli.Program; // the other Program is build/WeakenGlibcxx

namespace HubertSharp.Tests.Cli.Arguments;

/// <summary>What belongs to which of the two probes is told before anything is read.</summary>
public class ProbingArgumentsTests
{
    private const string Quick = "probe --manifest a.tsv --features mfcc";
    private const string Task = Quick + " --task ctc-phone";

    [Theory]
    [InlineData(Quick, "Option '--reference' is required.")]
    [InlineData(Quick + " --reference a --lr 0.1", "--lr goes with --task")]
    [InlineData(Quick + " --reference a --test b.tsv", "--test b.tsv is not among --manifest: name it in both")]
    [InlineData(Task + " --reference a", "--task scores other recordings than it learns from: name their manifest with --test")]
    [InlineData(Task + " --test b.tsv", "--task takes labels from one of --reference and --labels")]
    [InlineData(Task + " --test b.tsv --reference a --labels b", "--task takes labels from one of --reference and --labels")]
    [InlineData(Task + " --test b.tsv --reference a --hold-out speaker",
        "--hold-out is the linear probe's: with --task name what is scored with --test")]
    [InlineData(Task + " --test b.tsv --reference a --steps 0", "--steps takes numbers from 1")]
    [InlineData(Task + " --test b.tsv --reference a --lr 0.1 -1", "--lr takes numbers above 0")]
    [InlineData(Task + " --test b.tsv --reference a --gradient-clipping nan",
        "--gradient-clipping takes a number from 0, which never clips")]
    [InlineData("probe --manifest a.tsv --test b.tsv --features mfcc --task phone --labels a",
        "--task phone needs the times of the phones: give --reference, or --task ctc-phone")]
    public void Is_refused(string line, string expected) =>
        Assert.Equal(expected, Assert.Single(HubertProgram.CreateRoot().Parse(line).Errors).Message);

    [Theory]
    [InlineData(Task + " --test b.tsv --reference a --projector-dim 0 --lr 1e-4 1e-3")]
    [InlineData(Task + " --test b.tsv --labels a b --valid c.tsv --count-unseen")]
    public void Is_taken(string line) => Assert.Empty(HubertProgram.CreateRoot().Parse(line).Errors);
}
