using HubertSharp.Evaluation.Resampling;
using HubertSharp.Interop;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Tensors;
using HubertSharp.Training;
using static TorchSharp.torch;

namespace HubertSharp.Finetuning;

/// <summary>
/// The errors of a fine-tuned model on a split, greedily and one recording after the other, with intervals: what no validation gives,
/// which sums over batches.
/// </summary>
internal static class TranscriptScoring
{
    private sealed record Errors(string Name, string? Language, long Units, int UnitTotal, long Words, int WordTotal);

    /// <param name="config">Of the fine-tuning.</param>
    /// <param name="model">Its run folder, or a checkpoint.</param>
    /// <param name="split">The split that is scored.</param>
    /// <param name="progress">Told of the utterances.</param>
    /// <param name="cancellation">Ends between two of them.</param>
    /// <returns>Of all recordings first, then of each language where there are several.</returns>
    /// <exception cref="UserException">No such split, or a model of other symbols.</exception>
    public static IReadOnlyList<TranscriptErrors> Run(
        FinetuningConfig config, string model, string split, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        TorchRuntime.Initialize();
        using var data = TranscriptData.Open(config.Task, split);
        var portable = ModelReader.Read(model);
        if (portable.Ctc is not { } head || !CtcTokens.ToFairseq(head.Tokens).SequenceEqual(data.Dictionary.Symbols))
            throw FinetuningFaults.OtherSymbols(model, TranscriptData.DictionaryPath(config.Task));
        using var hubert = portable.Build(PrecisionChoice.For(config.Common).Precision, PrecisionChoice.Device(config.Common));
        var (entries, errors) = (data.Manifest.Entries, new List<Errors>());
        for (var i = 0; i < entries.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = data.Collate([i], _ => 0);
            int[] path = [];
            if (hubert.Alignment.Frames(batch.Batch.SamplesPerRow) is > 0 and var frames)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                var logits = CtcLayer.Logits(head, hubert.ExtractFeatures(batch.Batch.Source).to_type(float32)); // [1, T, V]
                path = GreedyPath.Of(logits, [(int)frames], head.Blank)[0];
            }
            var (units, unitTotal, words, wordTotal) = CtcErrors.Count(data.Dictionary, config.Criterion.PostProcess, path,
                batch.Targets[0]);
            errors.Add(new Errors(entries[i].RelativePath, entries[i].Language, units, unitTotal, words, wordTotal));
            progress?.Report(new StageProgress(i + 1, entries.Count, "utterances"));
        }
        var languages = errors.Select(e => e.Language).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return
        [
            Of(null, errors),
            .. languages.Count < 2 ? [] : languages.Select(language => Of(language, [.. errors.Where(e => e.Language == language)])),
        ];
    }

    private static TranscriptErrors Of(string? language, List<Errors> errors)
    {
        Runs.Reports.Estimate Rate(Func<Errors, (long, int)> counts) => ResampledFigure.Quotient([.. errors.Select(e =>
        {
            var (wrong, all) = counts(e);
            return (e.Name, (string?)null, (double)wrong, (double)all);
        })]).Estimate(most: double.MaxValue);
        return new TranscriptErrors(language, errors.Count, Rate(e => (e.Units, e.UnitTotal)),
            errors.TrueForAll(e => e.WordTotal <= 1) ? null : Rate(e => (e.Words, e.WordTotal)));
    }
}
