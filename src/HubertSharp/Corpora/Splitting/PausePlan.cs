namespace HubertSharp.Corpora.Splitting;

/// <summary>Pieces of a recording, in frames of 10 ms.</summary>
/// <param name="Pieces">First frame, and the one behind the last; in order, none overlaps another.</param>
/// <param name="CutInSpeech">Cuts where no pause was near enough; the quietest place was taken.</param>
/// <param name="ShortFrames">Speech left out because it stays too short for a piece of its own.</param>
internal sealed record PausePlan(IReadOnlyList<(int Start, int End)> Pieces, int CutInSpeech, int ShortFrames)
{
    private const int LeastSpeech = 6; // frames; a click is no speech
    private const int MostMargin = 15; // frames of the pause that stay on each side
    private const int MostInside = EnergyTrack.FramesPerSecond; // a longer pause is not kept within a piece

    /// <summary>Cuts at pauses, joins what is short, and keeps to the bounds.</summary>
    /// <param name="levels">The energy of each frame.</param>
    /// <param name="least">Frames of the shortest piece.</param>
    /// <param name="most">Frames of the longest, at least twice as many.</param>
    /// <param name="pause">Frames of the shortest pause that is one.</param>
    public static PausePlan Of(ReadOnlySpan<byte> levels, int least, int most, int pause)
    {
        var inSpeech = 0;
        var margin = Math.Clamp((most - (2 * least)) / 2, 0, MostMargin); // so that both sides of a cut in speech are long enough
        var (room, parts) = (Math.Max(1, most - (2 * margin)), new List<(int Start, int End)>());
        foreach (var region in Regions(SpeechFrames.Of(levels), pause))
        {
            var (start, end) = region;
            for (; end - start > room; inSpeech++)
            {
                var cut = Quietest(levels, start + (room / 2), Math.Min(start + room, end - least));
                parts.Add((start, cut));
                start = cut;
            }
            parts.Add((start, end));
        }
        var joined = new List<(int Start, int End)>();
        foreach (var part in parts)
        {
            if (joined is [.., var last] && part.End - last.Start <= room && part.Start - last.End <= MostInside)
                joined[^1] = (last.Start, part.End);
            else
                joined.Add(part);
        }
        var (pieces, shortFrames) = (new List<(int, int)>(), 0);
        for (var i = 0; i < joined.Count; i++)
        {
            var before = i == 0 ? 0 : (joined[i - 1].End + joined[i].Start + 1) / 2; // a pause belongs half to each
            var after = i == joined.Count - 1 ? levels.Length : (joined[i].End + joined[i + 1].Start) / 2;
            var piece = Widened(joined[i], before, after, least, margin);
            if (piece.End - piece.Start >= least)
                pieces.Add(piece);
            else
                shortFrames += joined[i].End - joined[i].Start;
        }
        return new PausePlan(pieces, inSpeech, shortFrames);
    }

    // stretches of speech; shorter pauses are within them
    private static List<(int Start, int End)> Regions(bool[] speech, int pause)
    {
        var regions = new List<(int Start, int End)>();
        for (var i = 0; i < speech.Length; i++)
        {
            if (!speech[i])
                continue;
            var start = i;
            while (i < speech.Length && speech[i])
                i++;
            if (regions is [.., var last] && start - last.End < pause)
                regions[^1] = (last.Start, i);
            else
                regions.Add((start, i));
        }
        regions.RemoveAll(r => r.End - r.Start < LeastSpeech);
        return regions;
    }

    private static int Quietest(ReadOnlySpan<byte> levels, int first, int last)
    {
        var (best, lowest) = (last, double.PositiveInfinity);
        for (var i = first; i <= last; i++)
        {
            if (SpeechFrames.Mean(levels, i) is var level && level < lowest)
                (best, lowest) = (i, level);
        }
        return best;
    }

    // by the margins, and where that is too short by more of the pauses
    private static (int Start, int End) Widened((int Start, int End) part, int before, int after, int least, int margin)
    {
        var (start, end) = (Math.Max(before, part.Start - margin), Math.Min(after, part.End + margin));
        if (least - (end - start) is > 0 and var missing)
            start = Math.Max(before, start - ((missing + 1) / 2));
        if (least - (end - start) is > 0 and var rest)
            end = Math.Min(after, end + rest);
        if (least - (end - start) is > 0 and var still)
            start = Math.Max(before, start - still);
        return (start, end);
    }
}
