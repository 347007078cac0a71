using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Abx;

/// <summary>The scores of one set of features over some items.</summary>
internal sealed class AbxMeasurement
{
    /// <summary>Extractors leave out what does not fill their last window: so much may be missing behind the last frame.</summary>
    private const double MissingSeconds = 0.1, MissingFrames = 2;

    private AbxMeasurement(string features, double rate, int items, int shortItems, IReadOnlyList<AbxScore> scores) =>
        (Features, Rate, Items, ShortItems, Scores) = (features, rate, items, shortItems, scores);

    public string Features { get; }

    public double Rate { get; }

    public int Items { get; }

    public int ShortItems { get; }

    public IReadOnlyList<AbxScore> Scores { get; }

    /// <summary>Scores features.</summary>
    /// <param name="items">The items.</param>
    /// <param name="itemsPath">Where they are from, for messages.</param>
    /// <param name="source">The features.</param>
    /// <param name="rate">Frames per second; null where the source says it.</param>
    /// <param name="options">Modes, distance, caps.</param>
    /// <param name="needsAll">A mode that the items do not allow is a fault; else it is left out.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two pieces of work.</param>
    /// <exception cref="UserException">Features that do not go with the items, or no cell to compute.</exception>
    public static AbxMeasurement Of(
        IReadOnlyList<AbxItem> items, string itemsPath, IFrameSource source, double? rate, AbxOptions options, bool needsAll,
        Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation)
    {
        var framesPerSecond = RateOf(source, rate);
        var ranges = Ranges(items, itemsPath, source, framesPerSecond, options.Frames);
        int[] kept = [.. Enumerable.Range(0, items.Count).Where(i => ranges[i].Count > 0)];
        if (kept.Length == 0)
            throw AbxFaults.TooShort(itemsPath, items.Count, framesPerSecond);
        var groups = new AbxGroups([.. kept.Select(i => items[i])], options);
        var modes = new List<(string Name, List<AbxBlock> Blocks)>();
        if (options.Within)
            modes.Add(("within", groups.Within()));
        if (options.Across)
            modes.Add(("across", groups.Across(options.MaxXAcross, options.Seed)));
        if (needsAll && modes.FirstOrDefault(m => m.Blocks.Count == 0).Name is { } impossible)
            throw impossible == "within" ? AbxFaults.NothingWithin(itemsPath) : AbxFaults.NothingAcross(itemsPath, groups.Speakers.Count);
        modes.RemoveAll(m => m.Blocks.Count == 0);
        if (modes.Count == 0)
            return new AbxMeasurement(source.Place, framesPerSecond, kept.Length, items.Count - kept.Length, []);
        ItemRange[] sorted = [.. groups.Items.Select(i => ranges[kept[i]])];
        var names = kept.GroupBy(i => ranges[i].Utterance).ToDictionary(u => u.Key, u => items[u.First()].File);
        using var store = FrameStore.Load(groups, Needed(groups, modes.SelectMany(m => m.Blocks)), sorted, source, options,
            progress?.Invoke("ABX features"), cancellation);
        var engine = new AbxEngine(groups, store, options, sorted, sorted.Max(r => r.Utterance) + 1);
        var scores = modes.Select(mode =>
        {
            var shares = new AbxShares(groups, mode.Blocks);
            var (errors, byUtterance) = engine.Run(mode.Blocks, shares,
                Taking(groups, mode.Blocks, sorted).ToDictionary(utterance => utterance, utterance => names[utterance]),
                progress?.Invoke($"ABX {mode.Name}"), cancellation);
            return new AbxScore(mode.Name, groups, mode.Blocks, shares, errors, byUtterance);
        }).ToList();
        return new AbxMeasurement(source.Place, framesPerSecond, kept.Length, items.Count - kept.Length, scores);
    }

    /// <summary>The figures with their intervals.</summary>
    public AbxFeatureReport Report(long seed) => new(Features, Rate, Items, ShortItems,
    [
        .. Scores.Select(s => new AbxResult(s.Mode, s.Figure.Estimate(seed), s.Shares.Cells, s.Shares.Triples, s.Shares.Pairs, s.Speakers)),
    ]);

    private static double RateOf(IFrameSource source, double? given)
    {
        if (source.FrameRate is { } described && given is { } rate && Math.Abs(described - rate) > 1e-6)
            throw AbxFaults.OtherRate(source.Place, described, rate);
        return source.FrameRate ?? given ?? throw AbxFaults.NoRate(source.Place);
    }

    /// <summary>
    /// Frame i lies in an item when its middle, (i + ½) / rate, does; libri-light's range ends one earlier. An item may hold none.
    /// </summary>
    private static ItemRange[] Ranges(
        IReadOnlyList<AbxItem> items, string itemsPath, IFrameSource source, double rate, ItemFrames frames)
    {
        var lengths = new Dictionary<string, (int Utterance, int Frames)?>(StringComparer.Ordinal);
        foreach (var name in items.Select(i => i.File).Distinct(StringComparer.Ordinal))
            lengths[name] = source.Find(name) is { } utterance ? (utterance, source.LengthOf(utterance)) : null;
        if (items.FirstOrDefault(i => lengths[i.File] is null) is { } missing)
            throw AbxFaults.MissingUtterances(itemsPath, missing.Line, missing.File, source.Place,
                lengths.Values.Count(v => v is null), lengths.Count);
        return [.. items.Select(Range)];

        ItemRange Range(AbxItem item)
        {
            var (utterance, length) = lengths[item.File]!.Value;
            if ((item.OffsetSeconds - MissingSeconds) * rate > length + MissingFrames)
                throw AbxFaults.Beyond(itemsPath, item, rate, source.PlaceOf(utterance), length / rate);
            var first = Math.Max(0, Math.Ceiling((rate * item.OnsetSeconds) - 0.5));
            var end = Math.Min(length, Math.Floor((rate * item.OffsetSeconds) - 0.5) + (frames == ItemFrames.FastAbx ? 1 : 0));
            return new ItemRange(utterance, (int)first, (int)Math.Max(0, end - first));
        }
    }

    private static bool[] Needed(AbxGroups groups, IEnumerable<AbxBlock> blocks)
    {
        var rooms = new bool[groups.Rooms.Count];
        foreach (var block in blocks)
            rooms[groups.Groups[block.X].Room] = rooms[groups.Groups[block.A].Room] = true;
        return rooms;
    }

    /// <summary>The utterances whose items stand in a cell.</summary>
    private static IEnumerable<int> Taking(AbxGroups groups, IReadOnlyList<AbxBlock> blocks, ItemRange[] ranges)
    {
        var taking = new HashSet<int>();
        foreach (var block in blocks)
        {
            Take(groups.ItemsOf(groups.Groups[block.A].Room));
            Take((groups.Groups[block.X].Start, groups.Groups[block.X].Count));
        }
        return taking.Order();

        void Take((int Start, int Count) items)
        {
            for (var item = items.Start; item < items.Start + items.Count; item++)
                taking.Add(ranges[item].Utterance);
        }
    }
}
