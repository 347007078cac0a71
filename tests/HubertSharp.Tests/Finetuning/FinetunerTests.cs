using System.Text.Json;
using HubertSharp.Finetuning;
using HubertSharp.Interop;
using HubertSharp.Ranking;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Training;

namespace HubertSharp.Tests.Finetuning;

/// <summary>A fine-tuning of a tiny model from its first update to its converted model: what is told, refused, kept and resumed.</summary>
public sealed class FinetunerTests : IDisposable
{
    private readonly FinetuneFixture _fixture =
        new(FinetuneFixture.Names().Select(row => row.Data).OrderByDescending(name => name == "en").First());

    private readonly List<string> _notices = [];

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_stopped_run_goes_on_as_if_nothing_had_happened()
    {
        string[] overrides =
        [
            "optimization.max_update=6", "model.freeze_finetune_updates=2", "dataset.validate_after_updates=0", "model.apply_mask=true",
            "model.mask_length=2", "model.mask_channel_length=4", "model.layerdrop=0.3", "model.final_dropout=0.2", "model.dropout=0.1",
            "dataset.max_tokens=60000", "optimization.update_freq=[2]", "dataset.validate_interval_updates=2",
        ];
        Run("whole", null, overrides);
        Assert.False(Run("stopped", 1, overrides).Finished); // within the frozen updates
        Directory.Move(_fixture.Model, _fixture.Model + "-moved"); // a run needs its pre-trained model at its start alone
        Assert.False(Run("stopped", 3, overrides).Finished);
        Assert.True(Run("stopped", null, overrides).Finished);
        Assert.Equal(Metrics("whole"), Metrics("stopped"));
        foreach (var file in (string[])["model.safetensors", "ctc_head.safetensors", "optimizer.safetensors"])
            Assert.Equal(Bytes("whole", file), Bytes("stopped", file));
    }

    /// <summary>Overfitting five clips: the blank phase, then fewer and fewer errors.</summary>
    [Fact]
    public void Errors_fall_and_the_model_leaves_in_every_form()
    {
        new TextRules { Case = TextCase.Upper }.Write(Path.Combine(_fixture.Data, "text.ltr.json"));
        var lines = File.ReadAllLines(Path.Combine(_fixture.Data, "train.tsv"));
        foreach (var split in (string[])["train", "valid"])
            File.WriteAllLines(Path.Combine(_fixture.Data, $"{split}.tsv"),
                lines.Select((l, i) => i == 0 ? l : $"{l}\t{(i % 2 == 0 ? "zh" : "en")}"));
        var summary = Run("run", null, "optimization.max_update=60", "optimization.lr=[0.005]", "optimization.clip_norm=5",
            "lr_scheduler.phase_ratio=[0.1,0.8,0.1]", "dataset.validate_interval_updates=10", "common.log_interval=10");
        var valid = Lines("run").Where(l => l.GetProperty("tag").GetString() == "valid").ToList();
        double Last(string key) => valid[^1].GetProperty(key).GetDouble();
        Assert.True(Last("valid_nll_loss") < 0.5 * valid[0].GetProperty("valid_nll_loss").GetDouble());
        Assert.Equal(summary.ValidHeadline, Last("valid_wer"));
        Assert.Equal(valid.Min(v => v.GetProperty("valid_wer").GetDouble()), Last("valid_best_wer"));
        Assert.All((string[])["uer_zh", "wer_zh", "cer_zh", "nll_loss_en", "symbols_used_en"],
            key => Assert.True(valid[^1].TryGetProperty($"valid_{key}", out _), key));
        Assert.True(Last("valid_symbols_used") >= Last("valid_symbols_used_en"));
        Assert.DoesNotContain(Lines("run"), l => l.TryGetProperty("ppl", out _) || l.TryGetProperty("valid_ppl", out _));

        var model = ModelReader.Read(_fixture.Folder("run"));
        Assert.Equal(_fixture.Expected.GetProperty("dictionary").GetArrayLength(), model.Ctc!.Tokens.Count);
        Assert.Equal(TextCase.Upper, model.Text!.Case);
        var forms = new[] { (ModelFormat.Native, "native"), (ModelFormat.HuggingFace, "hf"), (ModelFormat.Fairseq, "out.pt") };
        foreach (var (format, output) in forms)
        {
            var options = new ConversionOptions { Input = _fixture.Folder("run"), Output = _fixture.Folder(output), Format = format };
            Assert.Contains(ModelConverter.Run(options).Outputs, o => o.Name == "ctc logits");
            Assert.Equal(model.Ctc.Tokens, ModelReader.Read(_fixture.Folder(output)).Ctc!.Tokens);
        }
        Assert.Equal(model.Text, ModelReader.Read(_fixture.Folder("hf")).Text);
        Assert.Contains("hubert finetune", File.ReadAllText(Path.Combine(_fixture.Folder("hf"), "README.md")), StringComparison.Ordinal);

        // a fine-tuned model with the same symbols goes on with its output layer
        Run("again", 1, $"model.w2v_path={_fixture.Folder("hf")}");
        Assert.Contains(_notices, n => n.Contains("its output layer included", StringComparison.Ordinal));
        var doctor = LossDoctor.Examine(DoctorInput.Read(_fixture.Folder("run")));
        Assert.Equal(TrainingObjective.Ctc, doctor.Objective);
    }

    /// <summary>A language that is sampled more often, utterances in two scripts, and what a checkpoint makes of another split.</summary>
    [Fact]
    public void Languages_and_code_switching_are_measured_apart()
    {
        var lines = File.ReadAllLines(Path.Combine(_fixture.Data, "train.tsv"));
        string[] texts = [.. lines.Skip(1).Select((_, i) => (i % 3) switch { 0 => "今 天", 1 => "A B |", _ => "今 | A |" })];
        foreach (var split in (string[])["train", "valid"])
        {
            File.WriteAllLines(Path.Combine(_fixture.Data, $"{split}.tsv"),
                lines.Select((l, i) => i == 0 ? l : $"{l}\t{(i % 3 == 2 ? "en" : "zh")}"));
            File.WriteAllLines(Path.Combine(_fixture.Data, $"{split}.ltr"), texts);
        }
        File.WriteAllText(Path.Combine(_fixture.Data, "dict.ltr.txt"), "| 4\nA 3\nB 2\n今 2\n天 2\n");
        Run("run", null, "optimization.max_update=2", "dataset.language_temperature=5", "dataset.validate_after_updates=0");
        Assert.Contains(_notices, n => n.StartsWith("languages balanced at temperature 5", StringComparison.Ordinal));
        Assert.Contains(_notices, n => n.StartsWith("symbols by language: code_switched: ", StringComparison.Ordinal)
            && n.Contains("; en: ", StringComparison.Ordinal) && n.Contains("3 of 5 different ones; zh: ", StringComparison.Ordinal));
        var valid = Lines("run").Last(l => l.GetProperty("tag").GetString() == "valid");
        foreach (var part in (string[])["zh", "en", "code_switched"])
            Assert.All((string[])["nll_loss", "uer", "wer", "cer", "symbols_used"],
                key => Assert.True(valid.TryGetProperty($"valid_{key}_{part}", out _), $"{key}_{part}"));
        var usage = TranscriptSummary.Read(Path.Combine(_fixture.Folder("run"), "transcripts.json")).Usage!;
        Assert.Equal([null, "code_switched", "en", "zh"], usage.Select(u => u.Part));
        Assert.Equal(texts.Count(t => t == "今 | A |"), usage[1].Utterances);
        Assert.Equal((3, "|"), (usage[1].Used, usage[1].Most[0].Symbol));
        Assert.Equal(usage[0].Symbols, usage[2].Symbols + usage[3].Symbols);

        var report = LossDoctor.Examine(DoctorInput.Read(_fixture.Folder("run")));
        Assert.Equal(["code_switched", "en", "zh"], report.ErrorsByLanguage.Select(l => l.Name));
        Assert.All(report.ErrorsByLanguage, l => Assert.Equal(
            (valid.GetProperty($"valid_uer_{l.Name}").GetDouble(), valid.GetProperty($"valid_wer_{l.Name}").GetDouble()),
            (l.SymbolErrorsPercent, l.WordErrorsPercent!.Value)));

        var worth = CheckpointEvaluation.Run(new CheckpointEvaluationOptions
        {
            RunFolder = _fixture.Folder("run"),
            Finetuning = new CheckpointFinetuningOptions { Data = _fixture.Data, Labels = _fixture.Data, Split = "valid" },
        }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([1, 2], worth.Finetunings.Select(t => t.Update));
        var errors = worth.Finetunings[^1].Errors;
        Assert.Equal([null, "code_switched", "en", "zh"], errors.Select(e => e.Language));
        // one recording after the other, where a validation pads them, and the padding changes its neighbours a little
        Assert.All(errors, e => Assert.Equal(1,
            e.LossBits!.Value / valid.GetProperty($"valid_nll_loss{(e.Language is null ? "" : $"_{e.Language}")}").GetDouble(), 0.1));
        Assert.All(errors, e => Assert.True(e.Characters is not null && e.InfiniteLosses == 0));
    }

    [Fact]
    public void What_hurts_is_said_before_the_first_update()
    {
        Run("cropped", 1, "task.pad_audio=false", "optimization.max_update=8");
        Assert.Contains(_notices, n => n.Contains("set task.pad_audio=true", StringComparison.Ordinal));
        Assert.Contains(_notices, n => n.Contains("fewer frames than their transcripts need", StringComparison.Ordinal));
        Assert.Contains(_notices, n => n.Contains("lr_scheduler.decay_steps=", StringComparison.Ordinal));
        var summary = TranscriptSummary.Read(Path.Combine(_fixture.Folder("cropped"), "transcripts.json"));
        Assert.True(summary.Cropped && summary.TooShort > 0);
        var findings = LossDoctor.Examine(DoctorInput.Read(_fixture.Folder("cropped"))).Findings;
        Assert.Contains(findings, f => f.Code == "ctc_too_short");

        Run("scratch", 1, "model.no_pretrained_weights=true");
        Assert.Contains(_notices, n => n.Contains("all weights are drawn anew", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_work_is_one_line_before_the_first_tensor()
    {
        Assert.Contains("have fewer frames than their transcripts need", Fault("criterion.zero_infinity=false"), StringComparison.Ordinal);
        Assert.Contains("no such metric", Fault("checkpoint.best_checkpoint_metric=per"), StringComparison.Ordinal);
        Assert.Contains("task.normalize", Fault($"task.normalize={(_fixture.Config().Value.Task.Normalize ? "false" : "true")}"),
            StringComparison.Ordinal);
        Assert.Contains("model.mask_channel_length", Fault("model.apply_mask=true", "model.mask_length=2"), StringComparison.Ordinal);
        Assert.Contains("no model here", Fault("model.w2v_path=absent.pt"), StringComparison.Ordinal);

        var transcripts = Path.Combine(_fixture.Data, "train.ltr");
        var lines = File.ReadAllLines(transcripts);
        File.WriteAllLines(transcripts, ["Ж Ж", .. lines.Skip(1)]);
        var unknown = Fault();
        Assert.StartsWith($"{transcripts}:1: a symbol that the dictionary does not have, 2 times", unknown, StringComparison.Ordinal);
        Assert.Contains("'Ж'", unknown, StringComparison.Ordinal);
        Assert.Equal(1, Run("forced", 1, force: true).Updates);
        Assert.Contains(LossDoctor.Examine(DoctorInput.Read(_fixture.Folder("forced"))).Findings, f => f.Code == "ctc_alphabet");
        File.WriteAllBytes(transcripts,
            [.. "é é\n"u8[1..], .. System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines.Skip(1)) + "\n")]);
        Assert.StartsWith($"{transcripts}:1: not UTF-8", Fault(), StringComparison.Ordinal);
        if (lines[0].Split(' ').FirstOrDefault(s => s.Any(char.IsUpper)) is { } letter)
        {
            File.WriteAllLines(transcripts, [letter.ToLowerInvariant(), .. lines.Skip(1)]);
            Assert.Contains($"the dictionary has '{letter}'", Fault(), StringComparison.Ordinal);
        }
        File.WriteAllLines(transcripts, ["", .. lines.Skip(1)]);
        Assert.StartsWith($"{transcripts}:1: 1 transcript without a symbol", Fault(), StringComparison.Ordinal);
        File.WriteAllLines(transcripts, ["<s>", .. lines.Skip(1)]);
        Assert.Contains("<s> is CTC's blank", Fault(), StringComparison.Ordinal);
        File.WriteAllLines(transcripts, lines.Skip(1));
        Assert.Contains("as many lines of transcripts as utterances are needed", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_that_is_not_finite_is_skipped_and_its_recording_named()
    {
        var options = new FinetuningOptions
        {
            Notice = _notices.Add,
            AfterCollate = batch => batch.Batch.Source[0] = batch.Micro == 0 ? float.NaN : 0,
            StopAfterUpdate = 1,
        };
        var summary = Finetuner.Run(_fixture.Config(), _fixture.Folder("bad"), options, CancellationToken.None);
        Assert.Equal(1, summary.SkippedUpdates);
        Assert.Contains(_notices, n => n.Contains("update 1 skipped", StringComparison.Ordinal)
            && n.Contains(File.ReadLines(Path.Combine(_fixture.Data, "train.tsv")).Skip(1).Select(l => l.Split('\t')[0])
                .First(name => n.Contains(name, StringComparison.Ordinal)), StringComparison.Ordinal));
    }

    private TrainingSummary Run(string name, long? stop, params string[] overrides) => Run(name, stop, force: false, overrides);

    private TrainingSummary Run(string name, long? stop, bool force, params string[] overrides)
    {
        _notices.Clear();
        return Finetuner.Run(_fixture.Config(overrides), _fixture.Folder(name),
            new FinetuningOptions { Notice = _notices.Add, StopAfterUpdate = stop, ForceLabels = force }, CancellationToken.None);
    }

    private string Fault(params string[] overrides)
    {
        var message = Assert.Throws<UserException>(() => Run($"fault{Guid.NewGuid():N}", 1, overrides)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private IEnumerable<JsonElement> Lines(string name) =>
        File.ReadAllLines(Path.Combine(_fixture.Folder(name), "metrics.jsonl")).Select(l => JsonDocument.Parse(l).RootElement);

    private string[] Metrics(string name)
    {
        string[] clock = ["time", "wall", "train_wall", "wps", "ups", "audio_s_per_s", "peak_rss_mib", "valid_wps"];
        return [.. Lines(name).Select(line => string.Join(", ", line.EnumerateObject()
            .Where(p => !clock.Contains(p.Name)).Select(p => $"{p.Name}={p.Value.GetRawText()}")))];
    }

    private byte[] Bytes(string name, string file) =>
        File.ReadAllBytes(Path.Combine(_fixture.Folder(name), "checkpoints", "checkpoint_last", file));
}
