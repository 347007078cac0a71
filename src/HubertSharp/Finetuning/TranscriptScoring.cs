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
/// The loss and the errors of a fine-tuned model on a split, greedily and one recording after the other, with intervals: what no
/// validation gives, which sums over batches.
/// </summary>
internal static class TranscriptScoring
{
    private sealed record Scored(string Name, string[] Parts, CtcErrorCounts Errors, double LossNats);

    /// <param name="config">Of the fine-tuning.</param>
    /// <param name="model">Its run folder, or a checkpoint.</param>
    /// <param name="split">The split that is scored.</param>
    /// <param name="progress">Told of the utterances.</param>
    /// <param name="cancellation">Ends between two of them.</param>
    /// <returns>Of all recordings first, then of each language and of the code-switched ones where there are several.</returns>
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
        var (entries, scored) = (data.Manifest.Entries, new List<Scored>());
        for (var i = 0; i < entries.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = data.Collate([i], _ => 0);
            int[] path = [];
            var loss = double.PositiveInfinity;
            if (hubert.Alignment.Frames(batch.Batch.SamplesPerRow) is > 0 and var frames)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                var logits = CtcLayer.Logits(head, hubert.ExtractFeatures(batch.Batch.Source).to_type(float32)); // [1, T, V]
                path = GreedyPath.Of(logits, [(int)frames], head.Blank)[0];
                loss = CtcLoss.Of(logits, [(int)frames], batch.Targets, head.Blank).Rows[0];
            }
            scored.Add(new Scored(entries[i].RelativePath, [.. batch.Parts(0)],
                CtcErrorCounts.Of(data.Dictionary, config.Criterion.PostProcess, path, batch.Targets[0]), loss));
            progress?.Report(new StageProgress(i + 1, entries.Count, "utterances"));
        }
        return
        [
            Of(null, scored),
            .. data.Parts.Count < 2 ? []
                : data.Parts.Select(part => Of(part, [.. scored.Where(s => s.Parts.Contains(part))])),
        ];
    }

    private static TranscriptErrors Of(string? part, List<Scored> scored)
    {
        Runs.Reports.Estimate Rate(Func<CtcErrorCounts, (long, long)> counts) => ResampledFigure.Quotient([.. scored.Select(s =>
        {
            var (wrong, all) = counts(s.Errors);
            return (s.Name, (string?)null, (double)wrong, (double)all);
        })]).Estimate(most: double.MaxValue);
        // a transcript that needs more frames than there are is no model's fault
        var finite = scored.Where(s => double.IsFinite(s.LossNats)).ToList();
        var symbols = finite.Sum(s => s.Errors.UnitTotal);
        return new TranscriptErrors(part, scored.Count, Rate(e => (e.Units, e.UnitTotal)),
            scored.TrueForAll(s => s.Errors.WordTotal <= 1) ? null : Rate(e => (e.Words, e.WordTotal)))
        {
            Characters = Rate(e => (e.Characters, e.CharacterTotal)),
            LossBits = symbols == 0 ? null : finite.Sum(s => s.LossNats) / symbols / Math.Log(2),
            InfiniteLosses = scored.Count - finite.Count,
        };
    }
}
