using HubertSharp.Runs;

namespace HubertSharp.Models.Frames;

/// <summary>
/// Draws the hidden spans of a batch (HuBERT, section II-B; fairseq <c>compute_mask_indices</c> at 3d262bb2): spans per row by
/// probabilistic rounding, distinct starts, overlaps allowed, and every row cut to the smallest row's count by dropping single
/// frames. The last valid frame is never masked with static spans, an off-by-one of the reference that is kept.
/// </summary>
internal static class MaskIndices
{
    /// <summary>Draws a mask; a pure function of its arguments.</summary>
    /// <param name="validFrames">[B] frames that hold audio; padding follows at the right and is never masked.</param>
    /// <param name="frames">T, frames per row.</param>
    /// <param name="settings">Span lengths and counts.</param>
    /// <param name="seed">Derive it from (run seed, update, row of the run).</param>
    /// <returns>[B, T] true where hidden.</returns>
    /// <exception cref="Runs.UserException">A row is so short that all of it would be hidden.</exception>
    public static bool[] Draw(ReadOnlySpan<int> validFrames, int frames, MaskSettings settings, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var mask = new bool[validFrames.Length * frames];
        var masked = new List<int>[validFrames.Length];
        var fewest = int.MaxValue;
        for (var row = 0; row < masked.Length; row++)
        {
            var random = new SeededRandom(SeededRandom.Derive(seed, (ulong)row));
            masked[row] = DrawRow(validFrames[row], settings, random);
            fewest = Math.Min(fewest, masked[row].Count);
        }
        var dropping = new SeededRandom(SeededRandom.Derive(seed, ulong.MaxValue));
        for (var row = 0; row < masked.Length; row++)
        {
            var kept = masked[row];
            for (var i = 0; i < fewest; i++)
            {
                if (kept.Count > fewest)
                {
                    var chosen = i + dropping.Below(kept.Count - i);
                    (kept[i], kept[chosen]) = (kept[chosen], kept[i]);
                }
                mask[row * frames + kept[i]] = true;
            }
        }
        return mask;
    }

    /// <summary>The masked positions of one row, ascending.</summary>
    private static List<int> DrawRow(int valid, MaskSettings settings, SeededRandom random)
    {
        var spans = Math.Max(settings.MinimumSpans, (int)(settings.Probability * valid / settings.SpanLength + random.NextDouble()));
        if (spans == 0)
            return [];
        var lengths = new int[spans];
        for (var i = 0; i < spans; i++)
            lengths[i] = SpanLength(settings, random);
        if (lengths.All(length => length == 0))
            Array.Fill(lengths, Math.Min(settings.SpanLength, valid - 1));
        var hidden = new bool[Math.Max(valid, 0)];
        if (settings.NoOverlap)
            PlaceApart(lengths, hidden, settings.MinimumSpace, random);
        else
            PlaceFreely(lengths, hidden, random);
        var positions = new List<int>(hidden.Length);
        for (var t = 0; t < hidden.Length; t++)
        {
            if (hidden[t])
                positions.Add(t);
        }
        if (positions.Count >= valid)
            throw ModelFaults.AllMasked(valid, settings.SpanLength, spans);
        return positions;
    }

    private static int SpanLength(MaskSettings settings, SeededRandom random) => settings.Selection switch
    {
        "static" => settings.SpanLength,
        "uniform" => (int)settings.Other + random.Below(settings.SpanLength * 2 + 1 - (int)settings.Other),
        "normal" => Math.Max(1, (int)Math.Round(settings.SpanLength + settings.Other * random.NextNormal())),
        "poisson" => Poisson(settings.SpanLength, random),
        _ => throw ModelFaults.MaskSelection(settings.Selection),
    };

    private static int Poisson(double mean, SeededRandom random)
    {
        var limit = Math.Exp(-mean);
        var product = random.NextDouble();
        var count = 0;
        for (; product > limit; count++)
            product *= random.NextDouble();
        return count;
    }

    private static void PlaceFreely(int[] lengths, bool[] hidden, SeededRandom random)
    {
        var shortest = lengths.Min();
        if (hidden.Length - shortest <= lengths.Length)
            shortest = hidden.Length - lengths.Length - 1;
        var places = hidden.Length - shortest;
        if (shortest < 0 || places < lengths.Length)
            throw ModelFaults.AllMasked(hidden.Length, lengths.Max(), lengths.Length);
        // Distinct starts: the head of a Fisher-Yates shuffle.
        var starts = new int[places];
        for (var i = 0; i < places; i++)
            starts[i] = i;
        for (var i = 0; i < lengths.Length; i++)
        {
            var chosen = i + random.Below(places - i);
            (starts[i], starts[chosen]) = (starts[chosen], starts[i]);
            hidden.AsSpan(starts[i], Math.Min(lengths[i], hidden.Length - starts[i])).Fill(true);
        }
    }

    /// <summary>Longest span first, each into a free part chosen by its size; spans that fit nowhere are left out.</summary>
    private static void PlaceApart(int[] lengths, bool[] hidden, int space, SeededRandom random)
    {
        var parts = new List<(int Start, int End)> { (0, hidden.Length) };
        var keep = lengths.Min();
        foreach (var length in lengths.OrderDescending())
        {
            var room = parts.Select(part => part.End - part.Start >= length + space ? part.End - part.Start : 0).ToArray();
            var total = room.Sum();
            if (total == 0)
                break;
            var pick = random.Below(total);
            var chosen = 0;
            for (; pick >= room[chosen]; chosen++)
                pick -= room[chosen];
            var (start, end) = parts[chosen];
            parts.RemoveAt(chosen);
            var at = start + random.Below(end - length - start);
            hidden.AsSpan(at, length).Fill(true);
            if (at - start - space >= keep)
                parts.Add((start, at - space + 1));
            if (end - at - length - space > keep)
                parts.Add((at + length + space, end));
        }
    }
}
