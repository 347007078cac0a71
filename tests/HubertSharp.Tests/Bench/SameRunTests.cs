using HubertSharp.Bench.SameRun;
using SameTraining = HubertSharp.Bench.SameRun.Training;

namespace HubertSharp.Tests.Bench;

/// <summary><c>bench/same-run.sh</c> sees each kind of difference, and reaches the trainings of this commit by their names.</summary>
public sealed class SameRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Old => _folder.At("old");

    private string New => _folder.At("new");

    [Fact]
    public void Two_trainings_are_the_same_and_what_is_changed_is_seen()
    {
        var later = SameTraining.All.First(t => t.Options.Contains("LooksLater"));
        var training = later with { Overrides = [.. later.Overrides, "optimization.max_update=5"], Stops = [2] };
        MadeCorpus.Write(_folder.At("data"));
        foreach (var side in (string[])[Old, New])
            new TrainingRunner(_folder.At("data"), side).Run(training);
        string Table(out bool same)
        {
            using var text = new StringWriter();
            same = RunComparison.Print(Old, New, [training], text);
            return text.ToString();
        }

        var table = Table(out var identical);
        Assert.True(identical, table);
        Assert.DoesNotContain("none", table.Split('\n')[1], StringComparison.Ordinal); // every column has something in it

        var run = Path.Combine(TrainingRunner.Folder(New, training), TrainingRunner.RunFolder);
        foreach (var (file, from, to, seen) in ((string, string, string, string)[])
        [
            ("metrics.jsonl", "\"gnorm\":", "\"gnorm\":1", "metrics.jsonl:2 gnorm: "),
            ("metrics.jsonl", "\"gnorm\":", "\"norm\":", "gnorm: "),
            ("log.txt", "epoch", "round", "log.txt:1"),
            ("samples/valid.json", "\"update\":", "\"update\":1", "samples/valid.json"),
            ("checkpoints/checkpoint_last/state.json", "\"epoch\": ", "\"epoch\": 1", "state.json"),
            ("../outcome.txt", "ends well", "ends badly", "outcome.txt:1"),
        ])
        {
            var path = Path.Combine(run, file);
            var before = File.ReadAllText(path);
            var changed = before.Replace(from, to, StringComparison.OrdinalIgnoreCase);
            Assert.True(before != changed, file);
            File.WriteAllText(path, changed);
            table = Table(out identical);
            Assert.True(!identical && table.Contains(seen, StringComparison.Ordinal), table);
            File.WriteAllText(path, before);
        }
        foreach (var (file, aspect) in ((string, string)[])[("model.safetensors", "weights"), ("optimizer.safetensors", "averages")])
        {
            var path = Path.Combine(run, "checkpoints", "checkpoint_last", file);
            var bytes = File.ReadAllBytes(path);
            bytes[^1] ^= 1; // one bit of one number
            File.WriteAllBytes(path, bytes);
            Assert.Contains($"{training.Name}, {aspect}: ", Table(out identical), StringComparison.Ordinal);
            bytes[^1] ^= 1;
            File.WriteAllBytes(path, bytes);
        }
        File.Delete(Path.Combine(run, "labels.json"));
        Assert.Contains("labels.json: there -> (missing)", Table(out _), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_of_the_trainings_is_one_of_the_library()
    {
        MadeCorpus.Write(_folder.At("data"));
        var options = SameTraining.All.SelectMany(t => t.Options).Distinct().ToArray();
        Assert.True(options.Length > 1);
        var training = new SameTraining("options", "optimization.max_update=1") { Options = options };
        new TrainingRunner(_folder.At("data"), Old).Run(training);
        var folder = TrainingRunner.Folder(Old, training);
        Assert.Equal("start 1: ends well", File.ReadAllText(Path.Combine(folder, TrainingRunner.OutcomeFile)).Trim());
        Assert.Contains("\"loss_scale\":", File.ReadAllText(Path.Combine(folder, TrainingRunner.RunFolder, "metrics.jsonl")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Trainings_that_never_began_are_not_the_same()
    {
        var training = SameTraining.All.First(t => t.Options.Count > 0) with { Overrides = ["model.no_such_key=1"] };
        foreach (var side in (string[])[Old, New])
            new TrainingRunner(_folder.At("data"), side).Run(training);
        using var text = new StringWriter();
        Assert.False(RunComparison.Print(Old, New, [training], text));
        Assert.Contains("nothing was trained, on either side: start 1: UserException: ", text.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
