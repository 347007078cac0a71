namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>
/// Where the patches of an original lie in its copy: the places, in the same order and up to 60 patches away, whose similarities have the
/// largest sum. A patch may have no place, when those before it are worth more without it.
/// </summary>
internal sealed class PatchMatching
{
    private const int Reach = 60 * SpeechPatches.Frames;

    private readonly GammatoneSpectrogram _copy;
    private readonly IReadOnlyList<int> _firsts;
    private readonly double[][] _own, _sums; // [patch][place - Low(patch)]: the patch's similarity, and the best sum up to it
    private readonly int[][] _previous;

    private PatchMatching(GammatoneSpectrogram original, GammatoneSpectrogram copy, IReadOnlyList<int> firsts)
    {
        (_copy, _firsts, _previous) = (copy, firsts, new int[firsts.Count][]);
        (_own, _sums) = (new double[firsts.Count][], new double[firsts.Count][]);
        var places = new Dictionary<int, SpectrogramPatch>(); // those of the copy that this patch and the next may lie at
        for (var patch = 0; patch < firsts.Count; patch++)
        {
            for (var past = patch == 0 ? 0 : Low(patch - 1); past < Low(patch); past++)
                places.Remove(past);
            Add(patch, new SpectrogramPatch(original, firsts[patch], SpeechPatches.Frames), places);
        }
    }

    /// <summary>
    /// The frame of the copy at which each patch begins, and how alike the two are, as a mean over bands; null where it has no place.
    /// Patches that begin more than half of one behind the end of the copy are left out.
    /// </summary>
    /// <param name="original">The original.</param>
    /// <param name="copy">Its copy.</param>
    /// <param name="firsts">The first frames of the original's patches.</param>
    public static IReadOnlyList<PatchPlace?> Of(GammatoneSpectrogram original, GammatoneSpectrogram copy, IReadOnlyList<int> firsts)
    {
        IReadOnlyList<int> kept = [.. firsts.Where(first => first - (SpeechPatches.Frames / 2) <= copy.Frames)];
        return kept.Count == 0 ? [] : new PatchMatching(original, copy, kept).Places();
    }

    private int Low(int patch) => Math.Max(0, _firsts[patch] - Reach);

    private int High(int patch) => Math.Min(_copy.Frames - 1, _firsts[patch] + Reach);

    private double Sum(int patch, int place) => place <= High(patch) ? _sums[patch][place - Low(patch)] : 0; // as the program's zeros

    private int Previous(int patch, int place) => place <= High(patch) ? _previous[patch][place - Low(patch)] : 0;

    private void Add(int patch, SpectrogramPatch original, Dictionary<int, SpectrogramPatch> places)
    {
        var (low, high) = (Low(patch), High(patch));
        var count = Math.Max(0, high - low + 1);
        (_own[patch], _sums[patch], _previous[patch]) = (new double[count], new double[count], new int[count]);
        var (before, best) = (-1, -double.MaxValue); // of the places of the patch before that lie before this one
        for (var past = patch == 0 ? low : Low(patch - 1); patch > 0 && past < low; past++)
            Better(past);
        for (var place = low; place <= high; place++)
        {
            if (!places.TryGetValue(place, out var copy))
                places[place] = copy = new SpectrogramPatch(_copy, place, SpeechPatches.Frames);
            var own = original.BandSimilarities(copy).Average();
            var (sum, previous) = (own, -1);
            if (patch > 0)
            {
                (sum, previous) = (sum + best, before);
                if (Sum(patch - 1, place) > sum)
                    (sum, previous) = (Sum(patch - 1, place), place);
                Better(place);
            }
            (_own[patch][place - low], _sums[patch][place - low], _previous[patch][place - low]) = (own, sum, previous);
        }

        void Better(int past)
        {
            if (Sum(patch - 1, past) >= best)
                (before, best) = (past, Sum(patch - 1, past));
        }
    }

    private PatchPlace?[] Places()
    {
        var last = _firsts.Count - 1;
        var places = new PatchPlace?[_firsts.Count];
        var place = Low(last);
        for (var other = place + 1; other <= High(last); other++)
        {
            if (Sum(last, other) > Sum(last, place))
                place = other;
        }
        for (var patch = last; patch >= 0; patch--)
        {
            var previous = Previous(patch, place);
            places[patch] = previous == place ? null : new PatchPlace(place, _own[patch][place - Low(patch)]);
            place = previous;
        }
        return places;
    }
}

/// <summary>Where a patch of an original lies in its copy.</summary>
/// <param name="Frame">Of the copy, at which it begins.</param>
/// <param name="Similarity">Of the two, as a mean over bands; 1 is the same.</param>
internal readonly record struct PatchPlace(int Frame, double Similarity);
