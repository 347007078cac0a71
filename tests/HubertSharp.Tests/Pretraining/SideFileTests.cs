using HubertSharp.Pretraining;

namespace HubertSharp.Tests.Pretraining;

/// <summary>Whatever became of the files that only tell of a run, the run goes on.</summary>
public class SideFileTests
{
    [Fact]
    public void Damaged_side_files_do_not_block_a_resume()
    {
        using var whole = new TinyRun();
        whole.Train();
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 4 });
        string At(string name) => Path.Combine(run.Folder, name);
        var lines = File.ReadAllLines(run.MetricsPath);
        File.WriteAllLines(run.MetricsPath, [new string('x', 2 << 20), .. lines[1..]]);
        File.WriteAllBytes(At("environment.json"), new byte[20 << 20]);
        File.Delete(At("labels.json"));
        Directory.CreateDirectory(At("labels.json"));
        File.Delete(At("log.txt"));
        Directory.CreateDirectory(At("log.txt"));
        File.WriteAllText(At("samples/valid.json"), "{");
        File.WriteAllBytes(At("config.yaml"), [0, 1, 2, 255]);
        Directory.Delete(At("tensorboard"), recursive: true);
        File.WriteAllText(At("tensorboard"), "");
        var notices = new List<string>();

        var summary = run.Train(new PretrainingOptions { Notice = notices.Add });

        Assert.True(summary.Finished);
        Assert.Equal(whole.MetricsWithoutClock()[1..], TinyRun.WithoutClock(File.ReadAllLines(run.MetricsPath)[1..]));
        foreach (var name in (string[])["environment.json", "labels.json", "log.txt", "tensorboard"])
            Assert.Single(notices, n => n.Contains($"{name}.damaged-1", StringComparison.Ordinal));
        Assert.Single(notices, n => n.Contains("metrics.jsonl: damaged line 1;", StringComparison.Ordinal));
        Assert.Contains("going on from update 4", File.ReadAllText(At("log.txt")));
    }
}
