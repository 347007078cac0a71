using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Training.Checkpoints;

public class CheckpointRetentionTests
{
    [Theory]
    // i interval, e epoch, b best, l last; the number is the validation value
    [InlineData("10i 20i 30i 40i", "", -1, -1, -1, false)]
    [InlineData("10i 20i 30i 40i", "", 0, 0, 0, false)]
    [InlineData("10i 20i 30i 40i", "20 10", 1, -1, -1, false)] // the one before the newest stays, in case that is damaged
    [InlineData("10i 20i 30i 40i", "10", 3, -1, -1, false)]
    [InlineData("10e 20i 30e 40i 50e", "20 10", 1, 2, -1, false)]
    [InlineData("10l 20l 30l 40l", "20 10", -1, -1, -1, false)]
    [InlineData("10b=3 20b=2 30b=1 40i 50i", "20 10", -1, -1, -1, false)] // 30 is the best
    [InlineData("10b=3 20b=2 30b=1 40i 50i", "10", -1, -1, 2, false)]
    [InlineData("10b=3 20b=2 30b=1 40i 50i", "20", -1, -1, 1, true)] // 10 is the largest; 30 stays as the best of the state
    [InlineData("10b=2 20b=2 30l 40l", "20", -1, -1, 1, false)] // of equal ones the older
    [InlineData("10i", "", 1, 1, 1, false)]
    public void What_may_go(string checkpoints, string superfluous, int intervals, int epochs, int best, bool maximize)
    {
        var config = new CheckpointConfig
        {
            KeepIntervalUpdates = intervals,
            KeepLastEpochs = epochs,
            KeepBestCheckpoints = best,
            MaximizeBestCheckpointMetric = maximize,
        };
        Assert.Equal(superfluous, string.Join(' ', CheckpointRetention.Superfluous(States(checkpoints), config)));
    }

    [Theory]
    [InlineData(1.5, false, 2, false)]
    [InlineData(0.5, false, 2, true)]
    [InlineData(1.5, false, 4, true)] // fewer than four are there
    [InlineData(1.5, true, -1, true)]
    [InlineData(0.5, false, -1, false)]
    [InlineData(double.NaN, false, 4, false)]
    public void What_deserves_a_checkpoint_of_its_own(double value, bool isBest, int keep, bool expected) =>
        Assert.Equal(expected, CheckpointRetention.IsWorthKeeping(value, isBest, States("10b=1 20b=0.2 30b=3"),
            new CheckpointConfig { KeepBestCheckpoints = keep }));

    // newest first, as a store gives them
    private static CheckpointState[] States(string text)
    {
        var states = text.Split(' ').Select(item =>
        {
            var digits = item.TakeWhile(char.IsAsciiDigit).Count();
            return new CheckpointState
            {
                Update = long.Parse(item[..digits]),
                Epoch = 1,
                OptimizerSteps = 1,
                SkippedUpdates = 0,
                Fingerprint = new RunFingerprint(new Dictionary<string, string>(), new Dictionary<string, string>(),
                    new Dictionary<string, string>()),
                Interval = new Dictionary<string, double[]>(),
                EpochSoFar = new Dictionary<string, double[]>(),
                ValidValue = item.Split('=') is [_, var value]
                    ? double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)
                    : null,
                Reason = item[digits] switch { 'i' => "interval", 'e' => "epoch", 'b' => "best", _ => "last" },
            };
        }).ToArray();
        var best = states.Where(s => s.ValidValue is not null).OrderBy(s => s.ValidValue).ThenBy(s => s.Update).FirstOrDefault()?.Update;
        return [.. states.Reverse().Select(s => s with { BestUpdate = best })];
    }
}
