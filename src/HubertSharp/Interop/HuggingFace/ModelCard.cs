using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Interop.HuggingFace;

/// <summary>
/// The model card of a Hugging Face folder: <c>README.md</c> with the hub's metadata. What the run folder around a checkpoint tells
/// (data, recipe, loss, evaluation) is in it; what nobody recorded is said to be unknown.
/// </summary>
internal static class ModelCard
{
    private static readonly string[] RecipeKeys =
    [
        "optimization.max_update", "optimization.lr", "optimization.update_freq", "dataset.max_tokens", "lr_scheduler._name",
        "lr_scheduler.warmup_updates",
        "lr_scheduler.phase_ratio", "lr_scheduler.warmup_steps", "lr_scheduler.hold_steps", "lr_scheduler.decay_steps", "optimizer._name",
        "optimizer.adam_betas", "optimizer.weight_decay", "model.mask_prob", "model.mask_length", "model.mask_channel_prob",
        "model.freeze_finetune_updates", "model.layerdrop", "model.label_rate", "common.seed",
    ];

    /// <exception cref="UserException">The disk is full, or the run folder around the checkpoint is damaged.</exception>
    public static void Write(string folder, PortableModel portable, string? licence)
    {
        var run = RunOf(portable);
        var report = PipelineOf(run);
        var text = new StringBuilder();
        Metadata(text, portable, report, licence);
        var name = run is null
            ? Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(portable.Path))
            : Path.GetFileName(run.Path);
        text.Append(CultureInfo.InvariantCulture, $"# {name}\n\n{Summary(portable)}\n");
        Use(text, portable);
        Data(text, run, report);
        Recipe(text, run, portable.Ctc is not null);
        Loss(text, run);
        Evaluation(text, report);
        text.Append(CultureInfo.InvariantCulture,
            $"\n## Licence\n\n{licence ?? "Not stated. Whoever publishes this model states it here and in the metadata above."}\n");
        if (report?.Corpus.Credits is { } credits)
            text.Append(CultureInfo.InvariantCulture, $"\nThe recordings that it was trained on:\n\n{credits.Trim()}\n");
        AtomicFile.WriteAllText(Path.Combine(folder, "README.md"), text.ToString());
    }

    /// <summary>The run folder that a native checkpoint lies in.</summary>
    private static RunFolder? RunOf(PortableModel portable) =>
        portable.Format == ModelFormat.Native ? RunFolder.OfCheckpoint(portable.Path) : null;

    /// <summary>The report of the pipeline that the run belongs to, when it is done.</summary>
    private static PipelineReport? PipelineOf(RunFolder? run)
    {
        const int LevelsUp = 3; // OUT/iteration1/run
        var folder = run?.Path;
        for (var level = 0; level < LevelsUp && folder is not null; level++, folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, "report", "report.json");
            if (File.Exists(path))
                return ReportJson.Read<PipelineReport>(path);
        }
        return null;
    }

    private static void Metadata(StringBuilder text, PortableModel portable, PipelineReport? report, string? licence)
    {
        text.Append("---\nlibrary_name: transformers\n");
        text.Append(CultureInfo.InvariantCulture,
            $"pipeline_tag: {(portable.Ctc is null ? "feature-extraction" : "automatic-speech-recognition")}\n");
        if (licence is not null)
            text.Append(CultureInfo.InvariantCulture, $"license: {licence}\n");
        if (report?.Corpus.Parts.Select(part => part.Language).OfType<string>().Distinct().Order(StringComparer.Ordinal)
            .ToList() is { Count: > 0 } languages)
            text.Append("language:\n").Append(string.Concat(languages.Select(language => $"- {language}\n")));
        text.Append("tags:\n- speech\n- audio\n- hubert\n- hubertsharp\n---\n\n");
    }

    private static string Summary(PortableModel portable)
    {
        var model = portable.Description.Model;
        var million = portable.Weights.Values.Sum(w => w.Count) / 1e6;
        var kind = portable.Ctc is null
            ? "A HuBERT speech encoder"
            : $"A HuBERT speech encoder with a CTC output layer over {portable.Ctc.Tokens.Count} tokens";
        return string.Create(CultureInfo.InvariantCulture,
            $"{kind}: {model.EncoderLayers} layers of width {model.EncoderEmbedDim}, {million:0.0} million parameters, "
            + $"{portable.Description.Task.SampleRate} Hz mono "
            + $"audio{(portable.Description.Task.Normalize ? ", each utterance to mean 0 and variance 1" : "")}.");
    }

    private static void Use(StringBuilder text, PortableModel portable)
    {
        var type = portable.Ctc is null ? "HubertModel" : "HubertForCTC";
        var last = portable.Description.Model.LayerNormFirst ? ", but for the last, which transformers normalises" : "";
        text.Append(CultureInfo.InvariantCulture, $"\n## Use\n\n```python\nfrom transformers import AutoFeatureExtractor, {type}\n\n");
        text.Append("extractor = AutoFeatureExtractor.from_pretrained(\"THIS_FOLDER\")\n");
        text.Append(CultureInfo.InvariantCulture,
            $"model = {type}.from_pretrained(\"THIS_FOLDER\").eval()\n```\n\n`hidden_states[N]` is what fairseq calls layer N{last}.\n");
    }

    private static void Data(StringBuilder text, RunFolder? run, PipelineReport? report)
    {
        text.Append("\n## Training data\n\n");
        if (report is not null)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{CorpusName(report)}\n\n| split | language | utterances | hours |\n|---|---|---|---|\n");
            foreach (var part in report.Corpus.Parts)
                text.Append(CultureInfo.InvariantCulture,
                    $"| {part.Split} | {part.Language ?? ""} | {part.Utterances} | {part.Seconds / 3600:0.00} |\n");
        }
        else if (run is not null && File.Exists(run.DataPath))
        {
            Heard(text, DataSummary.Read(run.DataPath));
        }
        else
        {
            text.Append(run is null
                ? "Not recorded in the checkpoint.\n"
                : "Not recorded in the run folder; its configuration names the manifests.\n");
        }
    }

    /// <summary>What the run itself recorded: amounts, and what training left out.</summary>
    private static void Heard(StringBuilder text, DataSummary data)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"| split | utterances | hours |\n|---|---|---|\n| {data.Split} | {data.Manifest.Utterances} | "
            + $"{data.Manifest.Seconds / 3600:0.00} |\n");
        if (data.LeftOut > 0)
            text.Append(CultureInfo.InvariantCulture,
                $"\nNever heard: {Counted.Of(data.LeftOut, "utterance")}, {data.LeftOutSeconds / 3600:0.00} hours (too short, too long, or "
                + $"in the last batch, which training leaves out).\n");
        if (data.CroppedSeconds > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nCropped in an epoch: {data.CroppedSeconds / 3600:0.00} hours.\n");
    }

    // a corpus of the user's own is named by its folder, and where that lies is nobody's business
    private static string CorpusName(PipelineReport report) => Path.GetFileName(Path.TrimEndingDirectorySeparator(report.Corpus.Name));

    private static void Recipe(StringBuilder text, RunFolder? run, bool isCtc)
    {
        if (run is null || !File.Exists(run.ConfigPath))
            return;
        var how = isCtc ? "Fine-tuned with HubertSharp (`hubert finetune`)" : "Pre-trained with HubertSharp (`hubert pretrain`)";
        text.Append(CultureInfo.InvariantCulture, $"\n## Recipe\n\n{how}, fairseq's keys:\n\n| key | value |\n|---|---|\n");
        var entries = ConfigLoader.LoadAnyRun(run.ConfigPath).Entries.ToDictionary(e => e.Key, e => e.Value);
        foreach (var key in RecipeKeys.Where(entries.ContainsKey))
            text.Append(CultureInfo.InvariantCulture, $"| {key} | {entries[key]} |\n");
        if (File.Exists(run.LabelsPath))
        {
            foreach (var set in LabelSummary.Read(run.LabelsPath))
                text.Append(CultureInfo.InvariantCulture,
                    $"\nLabel set `{set.Label}`: {set.Clusters} clusters at {set.LabelRate} Hz, entropy {set.EntropyBits:0.00} bits.\n");
        }
    }

    private static void Loss(StringBuilder text, RunFolder? run)
    {
        if (run is null)
            return;
        var read = DoctorInput.Read(run.Path);
        var loss = LossDoctor.Examine(read.Series, read.Context);
        string Bits(double? bits) => bits is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} bits") : "unknown";
        if (loss.Objective == TrainingObjective.Ctc)
        {
            var rate = loss.ErrorRatePercent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{percent:0.0}%") : "unknown";
            text.Append(CultureInfo.InvariantCulture,
                $"\n## Errors\n\n| | |\n|---|---|\n| updates | {loss.Updates} |\n| word error rate, held out, greedy | {rate} |\n"
                + $"\n`hubert doctor`: {loss.Summary}\n");
            return;
        }
        text.Append(CultureInfo.InvariantCulture,
            $"\n## Loss\n\n| | |\n|---|---|\n| updates | {loss.Updates} |\n| masked loss, training | {Bits(loss.FinalLossBits)} |\n"
            + $"| masked loss, held out | {Bits(loss.ValidLossBits)} |\n| chance | {Bits(loss.ChanceBits)} |\n");
        if (loss.MaskedAccuracy is { } accuracy)
            text.Append(CultureInfo.InvariantCulture, $"| masked accuracy | {accuracy:0.0%} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n`hubert doctor`: {loss.Summary}\n");
    }

    private static void Evaluation(StringBuilder text, PipelineReport? report)
    {
        text.Append("\n## Evaluation\n\n");
        if (report is null || (report.Quality.Count == 0 && report.Probe.Count == 0))
        {
            text.Append("None recorded.\n");
            return;
        }
        if (report.Quality.Count > 0)
        {
            text.Append("| clusters of | reference | clusters | phone purity | PNMI |\n|---|---|---|---|---|\n");
            foreach (var row in report.Quality)
                text.Append(CultureInfo.InvariantCulture,
                    $"| {Words(row.Source)} | {row.Reference} | {row.Clusters} | {row.PhonePurity:0.000} | {row.Pnmi:0.000} |\n");
        }
        if (report.Probe.Count > 0)
        {
            text.Append("\n| linear probe on | held out | accuracy | 95% interval |\n|---|---|---|---|\n");
            foreach (var row in report.Probe)
                text.Append(CultureInfo.InvariantCulture,
                    $"| {Words(row.Source)} | {row.HeldOut} | {row.Accuracy:0.0%} | {row.Low:0.0%} to {row.High:0.0%} |\n");
        }
    }

    private static string Words(FeatureSource source) => source.Kind switch
    {
        FeatureSourceKind.Mfcc => "MFCC",
        FeatureSourceKind.TrainedModel => $"iteration {source.Iteration}, layer {source.Layer}",
        _ => $"the same model untrained, layer {source.Layer}",
    };
}
