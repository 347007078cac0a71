using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Abx;

/// <summary>Items sorted by context, speaker and phone, in groups that are no larger than asked for.</summary>
internal sealed class AbxGroups
{
    private readonly Dictionary<(int Context, int Phone), List<int>> _sayers = [];

    /// <param name="items">The items that hold a frame.</param>
    /// <param name="options">The caps, and the seed that decides what is left out.</param>
    public AbxGroups(IReadOnlyList<AbxItem> items, AbxOptions options)
    {
        Symbols contexts = new(), speakers = new(), phones = new();
        var keys = items.Select((item, i) =>
            (Context: contexts.Of(item.Context), Speaker: speakers.Of(item.Speaker), Phone: phones.Of(item.Phone), Item: i)).ToArray();
        Array.Sort(keys);
        (Contexts, Speakers, Phones) = (contexts.Names, speakers.Names, phones.Names);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            var (context, speaker, phone, _) = keys[start];
            for (end = start + 1; end < keys.Length
                && (keys[end].Context, keys[end].Speaker, keys[end].Phone) == (context, speaker, phone);)
                end++;
            if (Groups.Count == 0 || (Groups[^1].Context, Groups[^1].Speaker) != (context, speaker))
                Rooms.Add(new AbxRoom(Groups.Count, 0));
            Rooms[^1] = Rooms[^1] with { Groups = Rooms[^1].Groups + 1 };
            var taken = Sample(end - start, options.MaxSizeGroup, options.Seed, Groups.Count);
            Groups.Add(new AbxGroup(context, speaker, phone, Rooms.Count - 1, Items.Count, taken.Length));
            foreach (var i in taken)
                Items.Add(keys[start + (int)i].Item);
        }
        for (var group = 0; group < Groups.Count; group++)
        {
            var key = (Groups[group].Context, Groups[group].Phone);
            if (!_sayers.TryGetValue(key, out var same))
                _sayers.Add(key, same = []);
            same.Add(group);
        }
    }

    public IReadOnlyList<string> Contexts { get; }

    public IReadOnlyList<string> Speakers { get; }

    public IReadOnlyList<string> Phones { get; }

    public List<AbxGroup> Groups { get; } = [];

    public List<AbxRoom> Rooms { get; } = [];

    /// <summary>Indices of the items that were taken, group by group.</summary>
    public List<int> Items { get; } = [];

    /// <summary>The taken items of a room, which stand side by side.</summary>
    public (int Start, int Count) ItemsOf(int room)
    {
        var (first, last) = (Groups[Rooms[room].FirstGroup], Groups[Rooms[room].FirstGroup + Rooms[room].Groups - 1]);
        return (first.Start, last.Start + last.Count - first.Start);
    }

    /// <summary>A and X by one speaker, two items at least; B any other phone of theirs in the context.</summary>
    public List<AbxBlock> Within()
    {
        var (blocks, cells) = (new List<AbxBlock>(), 0);
        for (var group = 0; group < Groups.Count; group++)
        {
            if (Groups[group].Count > 1)
                Add(blocks, group, group, ref cells);
        }
        return blocks;
    }

    /// <summary>A and B by one speaker, X by another who says A's phone in the context.</summary>
    /// <param name="maxX">At most this many others, 0 for all.</param>
    /// <param name="seed">Decides which.</param>
    public List<AbxBlock> Across(int maxX, long seed)
    {
        var (blocks, cells) = (new List<AbxBlock>(), 0);
        for (var group = 0; group < Groups.Count; group++)
        {
            var others = _sayers[(Groups[group].Context, Groups[group].Phone)].Where(g => g != group).ToArray();
            foreach (var i in Sample(others.Length, maxX, ~seed, group))
                Add(blocks, others[i], group, ref cells);
        }
        return blocks;
    }

    private void Add(List<AbxBlock> blocks, int x, int a, ref int cells)
    {
        var others = Rooms[Groups[a].Room].Groups - 1;
        if (others == 0)
            return;
        blocks.Add(new AbxBlock(x, a, cells));
        if (cells > Array.MaxLength - others)
            throw AbxFaults.TooManyCells();
        cells += others;
    }

    private static long[] Sample(int total, int most, long seed, int purpose) => most > 0 && total > most
        ? SeededRandom.ForItem(seed, purpose).Sample(total, most)
        : [.. Enumerable.Range(0, total).Select(i => (long)i)];

    /// <summary>Numbers for names, in order of first use.</summary>
    private sealed class Symbols
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> Names { get; } = [];

        public int Of(string name)
        {
            if (!_numbers.TryGetValue(name, out var number))
            {
                _numbers.Add(name, number = Names.Count);
                Names.Add(name);
            }
            return number;
        }
    }
}
