namespace HubertSharp.Decoding.Prefixes;

/// <summary>The texts of a search's hypotheses, token by token, each once: who comes to the same text by another way is the same.</summary>
internal sealed class PrefixTree
{
    public const int Root = 0;

    private const int Free = 0; // in slots, which hold index + 1

    private Node[] _nodes = new Node[1 << 12];
    private int[] _slots = new int[1 << 14], _moved = [];

    internal record struct Node(int Parent, int Token, int Word);

    public int Count { get; private set; }

    public void Clear()
    {
        Array.Clear(_slots);
        (_nodes[Root], Count) = (new Node(-1, -1, -1), 1);
    }

    public ref readonly Node this[int prefix] => ref _nodes[prefix];

    public bool IsFull(int coming) => Count + coming > _nodes.Length;

    /// <summary>The text with one token more.</summary>
    public int Next(in Node node)
    {
        if (node.Parent < 0)
            return Root;
        var mask = _slots.Length - 1;
        var at = Hash(node) & mask;
        for (; _slots[at] != Free; at = (at + 1) & mask)
        {
            if (_nodes[_slots[at] - 1] == node)
                return _slots[at] - 1;
        }
        if (Count == _nodes.Length)
        {
            Resize();
            return Next(node);
        }
        _nodes[Count] = node;
        _slots[at] = ++Count;
        return Count - 1;
    }

    /// <summary>Clears away what none of these begins with, and gives them their new places.</summary>
    public void Keep(Span<int> live)
    {
        if (_moved.Length < _nodes.Length)
            _moved = new int[_nodes.Length];
        _moved.AsSpan(0, Count).Clear();
        _moved[Root] = 1;
        foreach (var prefix in live)
        {
            for (var at = prefix; _moved[at] == 0; at = _nodes[at].Parent)
                _moved[at] = 1;
        }
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_moved[i] == 0)
                continue;
            _nodes[kept] = i == Root ? _nodes[i] : _nodes[i] with { Parent = _moved[_nodes[i].Parent] };
            _moved[i] = kept++;
        }
        foreach (ref var prefix in live)
            prefix = _moved[prefix];
        Count = kept;
        if (kept > _nodes.Length / 2)
            Resize();
        else
            Fill();
    }

    public static int Hash(in Node node)
    {
        var mixed = (((ulong)(uint)node.Parent << 32) | (uint)node.Token) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (uint)node.Word) * 0xD6E8FEB86659FD93;
        return (int)(mixed >> 33);
    }

    private void Resize()
    {
        Array.Resize(ref _nodes, _nodes.Length * 2);
        _slots = new int[_slots.Length * 2];
        Fill();
    }

    private void Fill()
    {
        Array.Clear(_slots);
        var mask = _slots.Length - 1;
        for (var i = 1; i < Count; i++)
        {
            var at = Hash(_nodes[i]) & mask;
            while (_slots[at] != Free)
                at = (at + 1) & mask;
            _slots[at] = i + 1;
        }
    }
}
