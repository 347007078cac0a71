using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Pretraining;

public class PretrainerTests
{
    [Fact]
    public void A_run_logs_fairseqs_keys_and_learns_something()
    {
        using var run = new TinyRun();
        var summary = run.Train(null, "optimization.max_update=40", "common.log_interval=5");

        Assert.True(summary.Finished);
        var lines = File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        var inner = lines.Where(l => l.GetProperty("tag").GetString() == "train_inner").ToArray();
        Assert.Equal(8, inner.Length);
        foreach (var key in (string[])["loss", "loss_m_0", "loss_u_0", "loss_features_pen", "correct_m_0", "count_m_0", "ppl", "wps", "ups",
            "wpb", "bsz", "num_updates", "lr", "gnorm", "clip", "train_wall", "wall", "loss_m_0_en", "loss_m_0_zh"])
            Assert.Equal(JsonValueKind.Number, inner[^1].GetProperty(key).ValueKind);
        Assert.Contains(lines, l => l.GetProperty("tag").GetString() == "valid" && l.TryGetProperty("valid_loss_m_0", out _));
        Assert.Contains(lines, l => l.GetProperty("tag").GetString() == "train");
        Assert.Equal(0, inner[^1].GetProperty("lr").GetDouble());
        Assert.True(inner[^1].GetProperty("loss_m_0").GetDouble() < inner[0].GetProperty("loss_m_0").GetDouble());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run.Folder, "tensorboard"), "*tfevents*"));
    }

    [Fact]
    public void Validation_may_be_cut_tooShortand_have_a_seed_of_its_own()
    {
        double Loss(string setting)
        {
            using var run = new TinyRun();
            return run.Train(null, "optimization.max_update=1", setting).ValidHeadline;
        }

        var plain = Loss("common.log_interval=1");
        Assert.NotEqual(plain, Loss("dataset.max_valid_steps=1"));
        Assert.NotEqual(plain, Loss("dataset.fixed_validation_seed=5"));
        Assert.Equal(Loss("dataset.fixed_validation_seed=5"), Loss("dataset.fixed_validation_seed=5"));
    }

    [Fact]
    public void The_log_says_how_much_of_the_manifest_an_epoch_hears()
    {
        using var run = new TinyRun();
        var manifest = Path.Combine(run.Data, "train.tsv");
        var lengths = File.ReadAllLines(manifest)[1..].Select(line => long.Parse(line.Split('\t')[1])).ToList();
        const int Most = 10_000;
        var least = lengths.Min() + 1;
        var (kept, tooShort) = (lengths.Where(l => l >= least).ToList(), lengths.Count(l => l < least));
        Assert.InRange(tooShort, 1, lengths.Count - 1); // else this shows nothing

        var whole = Notices("task.min_sample_size=0", "dataset.batch_size=1", "task.max_sample_size=10000000",
            "dataset.max_tokens=10000000", "dataset.required_batch_size_multiple=1");
        Assert.Contains(whole, n => n.Contains("(100.0% of the audio)", StringComparison.Ordinal));
        Assert.DoesNotContain(whole, n => n.StartsWith("warning", StringComparison.Ordinal)
            && !n.Contains("valid.tsv holds", StringComparison.Ordinal) // those of so small a run
            && !n.Contains("the learning rate rises", StringComparison.Ordinal));

        var cropped = Notices($"task.min_sample_size={least}", $"task.max_sample_size={Most}", "dataset.batch_size=1",
            "dataset.required_batch_size_multiple=1");
        var share = 100.0 * kept.Count * Most / lengths.Sum();
        Assert.Contains(cropped, n => n.Contains(FormattableString.Invariant($"({share:0.0}% of the audio)"), StringComparison.Ordinal));
        Assert.Contains(cropped, n => n.StartsWith($"warning: {tooShort} of {lengths.Count} utterances", StringComparison.Ordinal)
            && n.Contains($"{tooShort} shorter than task.min_sample_size={least} (", StringComparison.Ordinal)
            && n.EndsWith("lower task.min_sample_size, or join short clips", StringComparison.Ordinal));
        Assert.Contains(cropped, n => n.StartsWith("warning: ", StringComparison.Ordinal)
            && n.Contains(" utterances of valid.tsv (", StringComparison.Ordinal)
            && n.Contains(" are not validated on: ", StringComparison.Ordinal)); // it has the same lengths
        Assert.Contains(cropped, n => n.StartsWith("warning: cropping takes", StringComparison.Ordinal));
        var read = DataSummary.Read(Path.Combine(run.Folder, "data.json"));
        Assert.Equal((tooShort, lengths.Count), (read.TooShort.Utterances, read.Manifest.Utterances));
        Assert.Equal(kept.Sum(l => l - Most) / 16000.0, read.CroppedSeconds, 1e-9);
        Assert.Equal(read.CroppedSeconds, read.AboveMaxSeconds); // rows of their own

        Assert.Contains(Notices("task.pad_audio=true", "dataset.max_tokens=10000000"),
            n => n.EndsWith("% of them is padding", StringComparison.Ordinal));

        List<string> Notices(params string[] overrides)
        {
            var notices = new List<string>();
            if (Directory.Exists(run.Folder))
                Directory.Delete(run.Folder, recursive: true);
            run.Train(new PretrainingOptions { Notice = notices.Add }, ["optimization.max_update=1", .. overrides]);
            return notices;
        }
    }

    [Fact]
    public void A_wrong_sample_count_ends_in_one_line_that_names_the_file()
    {
        using var run = new TinyRun();
        var manifest = Path.Combine(run.Data, "train.tsv");
        File.WriteAllLines(manifest,
            File.ReadAllLines(manifest).Select((l, i) => i == 0 ? l : l.Replace(l.Split('\t')[1], $"{int.Parse(l.Split('\t')[1]) + 400}")));
        var message =
            Assert.Throws<UserException>(() => run.Train(null, "task.max_sample_size=300000", "dataset.max_tokens=300000")).Message;
        Assert.Contains(".wav", message);
        Assert.Contains("the manifest's lengths are not those of the audio", message);
    }
}
