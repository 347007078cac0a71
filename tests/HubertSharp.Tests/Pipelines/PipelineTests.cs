using System.Text.Json;
using System.Xml.Linq;
using HubertSharp.Cli;
using HubertSharp.Runs.Reports;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pipelines;

/// <summary>The recipe <c>minute</c> on a minute of audio in the real program: to the end, again, interrupted, killed.</summary>
[Trait("Part", "e2e")]
public sealed class PipelineTests : IClassFixture<PipelineTests.FirstRun>
{
    /// <summary>Keys of <c>metrics.jsonl</c> that depend on the machine.</summary>
    private static readonly string[] Timings = ["wps", "ups", "wall", "train_wall", "audio_s_per_s", "peak_rss_mib"];

    private const string WithoutProbe = "evaluation.probe=false";

    /// <summary>The curve of worth with short fine-tunings, and one of the last model at the end.</summary>
    private static readonly string[] WithWorth =
    [
        "evaluation.every=12", "evaluation.finetune_updates=2", "finetune.units=tokens", "finetune.optimization.max_update=4",
        "finetune.model.mask_channel_length=8", "finetune.dataset.max_tokens=200000", "finetune.common.log_interval=1",
    ];

    /// <summary>Half of the recipe's batch: what is tried here does not depend on it.</summary>
    private static readonly string[] Smaller = ["dataset.max_tokens=50000", "task.max_sample_size=40000"];

    private static readonly string[] Stages =
    [
        "transcripts", "features-1", "kmeans-1", "labels-1", "pretrain-1", "features-2", "kmeans-2", "labels-2", "pretrain-2",
        "reference", "quality",
        "worth", "probe", "finetune", "errors", "report",
    ];

    private readonly FirstRun _first;

    public PipelineTests(FirstRun first) => _first = first;

    [Fact]
    public void It_ends_in_a_report_with_every_figure()
    {
        Assert.True(_first.Result.ExitCode == CommandHost.Done, _first.Result.Error + _first.Result.Output);
        var report = ReportJson.Read<PipelineReport>(_first.At("report", "report.json"));
        Assert.Equal(["1 Mfcc 20", "2 TrainedModel 25"], report.Iterations.Select(i => $"{i.Number} {i.Source.Kind} {i.Clusters}"));
        foreach (var i in report.Iterations)
        {
            Assert.Equal(Math.Log2(i.Clusters + 4), i.ChanceBits, 1e-9);
            Assert.InRange(i.LabelEntropyBits, 1, Math.Log2(i.Clusters));
            Assert.True(i.TrainLossBits < i.FirstLossBits, $"iteration {i.Number}: {i.FirstLossBits} to {i.TrainLossBits} bits");
            Assert.Equal(1 - (i.TrainLossBits / i.ChanceBits), i.BitsExplained, 1e-6);
            Assert.True(i.Curve.Count(p => !p.IsValid) >= 3 && i.Curve.Any(p => p.IsValid));
            Assert.Equal(i.Clusters, i.Histogram.Count);
            Assert.Contains(i.Verdict.Status, new[] { "normal", "too_early", "watch", "broken" });
        }
        Assert.Equal(
            ["Mfcc  True", "TrainedModel 1/1 True", "Mfcc  False", "Mfcc  False", "Fbank  False", "Fbank  False", "TrainedModel 1/1 False",
                "TrainedModel 1/2 False", "TrainedModel 2/1 False", "TrainedModel 2/2 False", "RandomModel /1 False",
                "RandomModel /2 False"],
            report.Quality.Select(
                q => $"{q.Source.Kind} {(q.Source.Layer is null ? "" : $"{q.Source.Iteration}/{q.Source.Layer}")} {q.IsLabelSet}"));
        Assert.All(report.Quality, q => Assert.InRange(q.Pnmi, 0, 1));
        // Vowels of two resonances are told apart by their spectrum: the clusters must show it.
        Assert.True(report.Quality[0].Pnmi > 0.3, $"PNMI of the MFCC clusters {report.Quality[0].Pnmi}");
        Assert.Equal(
            [FeatureSourceKind.Mfcc, FeatureSourceKind.TrainedModel, FeatureSourceKind.RandomModel, FeatureSourceKind.Fbank],
            report.Probe.Select(p => p.Source.Kind).Distinct().OrderBy(k => k));
        var mfcc = report.Probe.First(p => p.Source.Kind == FeatureSourceKind.Mfcc);
        Assert.True(mfcc.Accuracy > mfcc.Majority, $"a probe on MFCCs names {mfcc.Accuracy:P0} of the syllables");
        // half of each training and the whole, and the network that it began with
        Assert.Equal(["0, 12, 24", "0, 12, 24"],
            report.Worth.Select(w => string.Join(", ", w.Curve(w.Rows[0].Language).Select(row => row.Update))));
        Assert.All(report.Worth, w => Assert.Equal(("valid", "train"), (w.Split, w.ChoiceSplit)));
        Assert.Equal(File.ReadAllText(_first.At("iteration1", "run", "worth.json")).Length > 0, report.Worth[0].Rows.Count > 0);
        Assert.All(report.Worth, w => Assert.Equal("0, 12, 24", string.Join(", ", w.Finetunings.Select(t => t.Update))));
        Assert.All(report.Worth, w => Assert.NotNull(w.Curve(w.Rows[0].Language)[^1].Probe));
        Assert.Equal((4, "valid", 4), (report.Finetuning!.Updates, report.Finetuning.Split, report.Finetuning.Errors[0].Utterances));
        Assert.Contains("Fine-tuning on transcripts", _first.Result.Output, StringComparison.Ordinal);
        Assert.Contains("cannot tell whether they agree", _first.Result.Output, StringComparison.Ordinal);
        // layers are chosen on other recordings than those that are scored, one per model
        var layers = report.Quality.Where(q => !q.IsLabelSet).ToList();
        Assert.All(layers, q => Assert.Equal(("valid", "train"), (q.Split, q.ChoiceSplit)));
        Assert.Equal([1, 2], layers.Where(q => q.IsChosen).Select(q => q.Source.Iteration!.Value));
    }

    [Fact]
    public void The_page_is_whole_in_both_languages_and_the_terminal_says_the_same()
    {
        foreach (var page in new[] { "report.html", "report.zh.html" })
        {
            var html = File.ReadAllText(_first.At(page));
            Assert.Empty(XDocument.Parse(html["<!DOCTYPE html>".Length..]).Descendants("script"));
        }
        var report = ReportJson.Read<PipelineReport>(_first.At("report", "report.json"));
        Assert.All(report.Iterations, i => Assert.Contains(i.Verdict.Summary, _first.Result.Output));
        Assert.Contains($"{report.Iterations[0].TrainLossBits:0.00}", _first.Result.Output);
        Assert.EndsWith("report.html\n", _first.Result.Output);
    }

    [Fact]
    public void Run_again_it_leaves_everything_out()
    {
        var before = File.ReadAllBytes(_first.At("report", "report.json"));
        var result = _first.Run(null, WithWorth);
        Assert.Equal(CommandHost.Done, result.ExitCode);
        Assert.Equal(Stages.Select(s => $"{s}: up to date"), result.Output.Split('\n').Take(Stages.Length));
        Assert.Equal(before, File.ReadAllBytes(_first.At("report", "report.json")));
    }

    [Fact]
    public void Stopped_and_killed_on_the_way_it_comes_to_the_same_end()
    {
        var folder = _first.NewFolder();
        using (var killed = _first.Start(folder, WithoutProbe))
        {
            Assert.True(killed.WaitFor("kmeans-1:"));
            killed.Kill();
            killed.WaitForEnd();
        }
        using (var stopped = _first.Start(folder, WithoutProbe))
        {
            Assert.True(stopped.WaitFor("pretrain-1:"));
            Assert.True(stopped.WaitFor("update "));
            stopped.Interrupt();
            Assert.Equal(CommandHost.Interrupted, stopped.WaitForEnd().ExitCode);
        }
        using (var stopped = _first.Start(folder, WithoutProbe))
        {
            Assert.True(stopped.WaitFor("pretrain-2:"));
            stopped.Signal(10); // SIGUSR1, as batch systems send it
            Assert.Equal(CommandHost.Interrupted, stopped.WaitForEnd().ExitCode);
        }
        var result = _first.Run(folder, WithoutProbe);
        Assert.True(result.ExitCode == CommandHost.Done, result.Error);
        Assert.Contains("pretrain-1: up to date", result.Output);
        foreach (var iteration in new[] { "iteration1", "iteration2" })
            Assert.Equal(Metrics(_first.At(iteration, "run", "metrics.jsonl")),
                Metrics(Path.Combine(folder, iteration, "run", "metrics.jsonl")));
    }

    [Fact]
    public void Another_log_interval_more_updates_and_a_lost_stamp_go_on_from_the_checkpoint_and_another_model_keeps_the_old_one()
    {
        var folder = _first.Copy();
        string Run(params string[] overrides)
        {
            var result = _first.Run(folder, [WithoutProbe, WithWorth[0], .. overrides]);
            Assert.True(result.ExitCode == CommandHost.Done, result.Error);
            return result.Output + result.Error;
        }
        File.WriteAllText(Path.Combine(folder, "stages", "pretrain-1.json"), "");
        var output = Run("common.log_interval=2", "iterations.2.optimization.max_update=28");
        Assert.Contains("pretrain-1: goes on from what is there", output);
        Assert.Contains("pretrain-2: goes on, common.log_interval changed from 4 to 2", output);
        Assert.Equal(2, output.Split("going on from update 24 ").Length - 1);
        Assert.Contains("quality: runs again, model 2 changed", output);
        Assert.Equal(Metrics(_first.At("iteration1", "run", "metrics.jsonl")),
            Metrics(Path.Combine(folder, "iteration1", "run", "metrics.jsonl")));
        Assert.Contains("\"num_updates\": 28",
            File.ReadAllText(Path.Combine(folder, "iteration2", "run", "metrics.jsonl")).Replace("\":", "\": ").Replace("  ", " "));

        output = Run("common.log_interval=2", "iterations.2.optimization.max_update=28", "iterations.2.common.seed=5");
        Assert.Contains("pretrain-2: what is there is kept as iteration2/run.1: it was trained with common.seed=", output);
        Assert.True(Directory.Exists(Path.Combine(folder, "iteration2", "run.1", "checkpoints", "update_000000028")));
        Assert.True(Directory.Exists(Path.Combine(folder, "iteration2", "run", "checkpoints", "update_000000028")));
        Assert.Contains("pretrain-1: up to date", output);
    }

    /// <summary>A recipe that goes on from a pipeline at its end: stopped on the way, gone on, and once more.</summary>
    [Fact]
    public void Tokenizers_are_trained_on_its_model_and_shown_beside_each_other()
    {
        var folder = _first.NewFolder();
        string[] recipe =
        [
            "pipeline", "tokenizer-zh-en", $"start={_first.At()}", "--out", folder, "tokenizers.quantizers=[1,2]", "tokenizers.examples=1",
            "tokenizers.clusters=5", .. ((string[])["optimization.max_update=6", "lr_scheduler.warmup_updates=2", "common.log_interval=1",
                "task.segment_size=6400", "dataset.batch_size=2", "dataset.max_valid_steps=1", "model.n_filters=2", "model.dimension=8",
                "model.lstm_layers=0", "model.bidirectional=false", "model.codebook_size=8", "model.n_q=2", "model.stft_filters=0"])
                .Select(setting => $"tokenizers.{setting}"),
        ];
        using (var stopped = HubertProcess.Start(recipe))
        {
            Assert.True(stopped.WaitFor("tokenizer-mfcc:"));
            Assert.True(stopped.WaitFor("update "));
            stopped.Interrupt();
            Assert.Equal(CommandHost.Interrupted, stopped.WaitForEnd().ExitCode);
        }
        using var again = HubertProcess.Start(recipe);
        var result = again.WaitForEnd();
        Assert.True(result.ExitCode == CommandHost.Done, result.Error + result.Output);
        Assert.Contains("tokenizer-hubert: up to date", result.Output, StringComparison.Ordinal);
        Assert.Contains("tokenizer-mfcc: goes on", result.Output, StringComparison.Ordinal);
        Assert.Contains("Tokenizers, by their teacher", result.Output, StringComparison.Ordinal);
        var report = ReportJson.Read<PipelineReport>(Path.Combine(folder, "report", "report.json"));
        Assert.Equal(2, report.Iterations.Count); // of the pipeline before
        Assert.Equal(["hubert", "mfcc", "none"], report.Tokenizers.Select(one => one.Teacher));
        Assert.Equal(report.Quality.Last(row => row.IsChosen).Source.Layer, int.Parse(report.Tokenizers[0].Layer!));
        Assert.All(report.Tokenizers, one =>
        {
            Assert.Equal(["reference", "labels"], one.Report.FirstQuantizer.Select(content => content.Against).Distinct());
            Assert.Equal([1, 2], one.Report.Reconstructions.Select(copy => copy.Quantizers));
            Assert.True(File.Exists(Path.Combine(folder, one.Folder, "tokenizer.html")));
        });
        foreach (var name in new[] { "tokenizers.html", "tokenizers.zh.html" })
        {
            var page = Path.Combine(folder, "tokenizers", "comparison", name);
            var sounds = XDocument.Parse(File.ReadAllText(page)["<!DOCTYPE html>".Length..]).Descendants("audio").ToList();
            Assert.Equal(1 + (3 * 2), sounds.Count); // the original, and two copies of each
            Assert.All(sounds,
                sound => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(page)!, (string)sound.Attribute("src")!))));
        }
        Assert.Contains("tokenizers/comparison/tokenizers.html", File.ReadAllText(Path.Combine(folder, "report.html")),
            StringComparison.Ordinal);
        using var unchanged = HubertProcess.Start(recipe);
        Assert.Equal(["reference", "teacher", "tokenizer-hubert", "scores-hubert", "tokenizer-mfcc", "scores-mfcc", "tokenizer-none",
            "scores-none", "tokenizers", "report"], unchanged.WaitForEnd().Output.Split('\n').TakeWhile(line => line.EndsWith("up to date"))
            .Select(line => line.Split(':')[0]));
    }

    /// <summary>The lines of a log without what depends on the machine.</summary>
    private static List<string> Metrics(string path) =>
    [
        .. File.ReadLines(path).Select(line => string.Join(' ', JsonDocument.Parse(line).RootElement.EnumerateObject()
            .Where(p => !Timings.Contains(p.Name.Replace("train_wps", "wps")))
            .Select(p => $"{p.Name}={p.Value}"))),
    ];

    /// <summary>The pipeline, run once to its end.</summary>
    public sealed class FirstRun : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private int _folders;

        public FirstRun()
        {
            SmallCorpus.Write(_folder.At("data"));
            SmallCorpus.WriteTranscripts(_folder.At("data"));
            Result = Run(null, WithWorth);
        }

        internal HubertResult Result { get; }

        public string At(params string[] parts) => _folder.At(["out", .. parts]);

        public string NewFolder() => _folder.At($"out{++_folders}");

        internal HubertProcess Start(string folder, params string[] overrides) =>
            HubertProcess.Start(["pipeline", "minute", $"corpus={_folder.At("data")}", "--out", folder, .. Smaller, .. overrides]);

        internal HubertResult Run(string? folder = null, params string[] overrides)
        {
            using var process = Start(folder ?? _folder.At("out"), overrides);
            return process.WaitForEnd();
        }

        /// <summary>The complete folder once more, links and all.</summary>
        public string Copy()
        {
            var copy = NewFolder();
            using var process = System.Diagnostics.Process.Start("cp", ["-r", "--no-dereference", _folder.At("out"), copy]);
            process.WaitForExit();
            return copy;
        }

        public void Dispose() => _folder.Dispose();
    }
}
