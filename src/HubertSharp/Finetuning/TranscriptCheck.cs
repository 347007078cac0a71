using HubertSharp.Models.Ctc;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training.Data;

namespace HubertSharp.Finetuning;

/// <summary>The check of the transcripts before the first update: what cannot work stops here, not after days.</summary>
internal static class TranscriptCheck
{
    private const int NamesShown = 5;

    /// <summary>Every line of a split: symbols that the dictionary lacks, empty lines.</summary>
    /// <param name="data">The split.</param>
    /// <param name="refuses">Whether what cannot be learnt is a fault; otherwise it is only told.</param>
    /// <param name="notice">Told what was found.</param>
    /// <returns>The symbols that the dictionary lacks.</returns>
    /// <exception cref="UserException">Something was found.</exception>
    public static IReadOnlyCollection<string> Lines(TranscriptData data, bool refuses, Action<string> notice)
    {
        var unknown = new Dictionary<string, (int Line, long Times)>(StringComparer.Ordinal);
        var (empty, firstEmpty) = (0, 0);
        for (var i = 0; i < data.Manifest.Entries.Count; i++)
        {
            var symbols = data.Symbols(i);
            if (symbols.Length == 0 && ++empty == 1)
                firstEmpty = i + 1;
            foreach (var symbol in symbols)
            {
                if (symbol.Contains('\uFFFD', StringComparison.Ordinal)) // bytes that are no UTF-8 were read as this
                    throw FinetuningFaults.NotUtf8(data.TranscriptPath, i + 1);
                var known = data.Dictionary.IndexOf(symbol);
                if (known == LabelDictionary.Bos)
                    throw FinetuningFaults.Blank(data.TranscriptPath, i + 1);
                if (known != LabelDictionary.Unk || symbol == data.Dictionary.Symbols[LabelDictionary.Unk])
                    continue;
                var (line, times) = unknown.GetValueOrDefault(symbol, (i + 1, 0));
                unknown[symbol] = (line, times + 1);
            }
        }
        if (unknown.Count > 0)
        {
            var (symbol, (line, times)) = unknown.MinBy(u => u.Value.Line);
            var fault = FinetuningFaults.UnknownSymbol(
                data.TranscriptPath, line, symbol, times, unknown.Count - 1, $"the {data.Dictionary.Count - 4} in the dictionary",
                new[] { symbol.ToUpperInvariant(), symbol.ToLowerInvariant() }.FirstOrDefault(other => other != symbol
                    && data.Dictionary.IndexOf(other) != LabelDictionary.Unk));
            if (refuses)
                throw fault;
            notice($"warning: {data.TranscriptPath}:{line}: '{PrintableText.Of(symbol)}' is not in the dictionary "
                + $"({Counted.Of(unknown.Count, "such symbol")}, {Counted.Of(unknown.Values.Sum(u => u.Times), "time")}): "
                + "each is an error, whatever the model says");
        }
        if (empty > 0 && refuses)
            throw FinetuningFaults.Empty(data.TranscriptPath, firstEmpty, empty);
        if (empty > 0)
            notice($"warning: {data.TranscriptPath}:{firstEmpty}: {Counted.Of(empty, "transcript")} without a symbol: "
                + $"silence is expected there");
        return unknown.Keys;
    }

    /// <summary>Utterances that have fewer frames in their batches than their transcripts need: their losses are infinite.</summary>
    /// <param name="data">The split.</param>
    /// <param name="batches">Its batches.</param>
    /// <param name="shape">How wide they are.</param>
    /// <param name="alignment">Samples and frames of the model.</param>
    public static IReadOnlyList<TooShortUtterance> TooShort(
        TranscriptData data, IEnumerable<int[]> batches, BatchShape shape, FrameAlignment alignment)
    {
        var found = new List<TooShortUtterance>();
        foreach (var batch in batches)
        {
            var lengths = data.Audio.LengthsOf(batch);
            var width = shape.Width(lengths);
            var frames = alignment.Frames(width);
            for (var row = 0; row < batch.Length && frames > 0; row++)
            {
                var needed = CtcLoss.FramesNeeded(data.Target(batch[row]));
                var valid = FrameAlignment.ValidFrames(width, Math.Min(lengths[row], width), frames);
                if (valid < needed)
                    found.Add(new TooShortUtterance(data.Manifest.Entries[batch[row]].RelativePath, valid, needed));
            }
        }
        return found;
    }

    /// <summary>Their names with both counts, the first few.</summary>
    public static string Names(IReadOnlyList<TooShortUtterance> found) =>
        string.Join(", ", found.Take(NamesShown).Select(u => $"{u.Path} ({u.Frames} frames, {u.Needed} needed)"))
            + (found.Count > NamesShown ? $" and {found.Count - NamesShown} more" : "");
}
