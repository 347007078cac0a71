using HubertSharp.Pretraining;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Tests.Pretraining;

namespace HubertSharp.Tests.Doctor.Watch;

public class WatchedTrainingTests
{
    [Fact]
    public void A_run_with_constant_labels_stops_at_its_first_validation_and_goes_on_when_asked()
    {
        using var run = new TinyRun();
        foreach (var split in new[] { "train.km", "valid.km" })
        {
            var path = Path.Combine(run.Data, split);
            var first = File.ReadLines(Path.Combine(run.Data, "dict.km.txt")).First().Split(' ')[0];
            File.WriteAllLines(path, File.ReadAllLines(path)
                .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(_ => first))));
        }
        var said = new List<string>();
        var options = new PretrainingOptions
        {
            ForceLabels = true,
            Notice = said.Add,
            Watch = new TrainingWatchOptions { StopOnBroken = true },
        };
        var summary = run.Train(options);
        Assert.Equal((4, true, false), (summary.Updates, summary.StoppedAsBroken, summary.Finished));
        Assert.NotNull(summary.CheckpointFolder);
        Assert.Contains(said, s => s.StartsWith("doctor, update 4: broken:", StringComparison.Ordinal));
        Assert.Equal("constant_label", LossDoctor.Examine(DoctorInput.Read(run.Folder)).Findings[0].Code);

        var rest = run.Train(options with { Watch = new TrainingWatchOptions { Enabled = false } });
        Assert.Equal((8, false, true), (rest.Updates, rest.StoppedAsBroken, rest.Finished));
    }

    [Fact]
    public void Watching_changes_nothing_in_the_run()
    {
        using var watched = new TinyRun();
        using var alone = new TinyRun();
        watched.Train();
        alone.Train(new PretrainingOptions { Watch = new TrainingWatchOptions { Enabled = false } });
        Assert.Equal(alone.MetricsWithoutClock(), watched.MetricsWithoutClock());
    }
}
