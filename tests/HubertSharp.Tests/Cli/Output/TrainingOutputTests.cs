using HubertSharp.Cli.Output;
using HubertSharp.Training;

namespace HubertSharp.Tests.Cli.Output;

public sealed class TrainingOutputTests
{
    private static readonly TrainingSummary s_summary = new("run", "run/checkpoints/update_000000007", 7, true, 1.5, 1.25, 0, 100, false);

    [Fact]
    public void Each_thing_is_said_on_a_line_of_its_own()
    {
        Assert.Equal(
            ["7 updates done; mel error 1.500 in training, 1.250 on the valid split", "checkpoint: run/checkpoints/update_000000007",
                "use it: hubert x", "next: hubert doctor run"],
            TrainingOutput.Lines(s_summary, "run", TrainingOutput.Reached(s_summary, "mel error", ""), "hubert x"));
    }

    [Fact]
    public void What_was_not_kept_is_not_to_be_used()
    {
        Assert.Equal(["done", "next: hubert doctor run"],
            TrainingOutput.Lines(s_summary with { CheckpointFolder = null }, "run", "done", "hubert x"));
        Assert.Equal(["done", "2 updates skipped, because something was not finite: see run/log.txt", "checkpoint: c"],
            TrainingOutput.Lines(s_summary with { CheckpointFolder = "c", SkippedUpdates = 2, StoppedAsBroken = true },
                "run", "done", "x"));
    }
}
