namespace HubertSharp.Decoding;

/// <summary>
/// The spellings of a lexicon as a tree in flat arrays; children of a node lie side by side, sorted by token. Node 0 is the root.
/// </summary>
internal sealed class TokenTrie
{
    public const int Root = 0, None = -1;

    private readonly int[] _tokens, _children, _childCounts, _words, _wordCounts, _labels;
    private readonly float[] _best; // of each node: the largest word score beneath it

    /// <param name="spellings">Tokens of each entry, none empty; several may spell one word, and one several words.</param>
    /// <param name="words">Word of each entry.</param>
    /// <param name="scores">Score of each word, which its nodes look forward to.</param>
    public TokenTrie(IReadOnlyList<int[]> spellings, IReadOnlyList<int> words, IReadOnlyList<float> scores)
    {
        int[] order = [.. Enumerable.Range(0, spellings.Count)];
        Array.Sort(order, (a, b) => spellings[a].AsSpan().SequenceCompareTo(spellings[b]) is not 0 and var spelt ? spelt
            : words[a].CompareTo(words[b]));
        var nodes = new List<(int Token, int From, int To, int Depth)> { (None, 0, order.Length, 0) };
        var (children, counts, firstWords, wordCounts) = (new List<int>(), new List<int>(), new List<int>(), new List<int>());
        var labels = new List<int>();
        for (var node = 0; node < nodes.Count; node++)
        {
            var (_, at, to, depth) = nodes[node];
            firstWords.Add(labels.Count);
            for (; at < to && spellings[order[at]].Length == depth; at++)
            {
                if (labels.Count == firstWords[node] || labels[^1] != words[order[at]])
                    labels.Add(words[order[at]]);
            }
            wordCounts.Add(labels.Count - firstWords[node]);
            children.Add(nodes.Count);
            while (at < to)
            {
                var (token, from) = (spellings[order[at]][depth], at);
                while (at < to && spellings[order[at]][depth] == token)
                    at++;
                nodes.Add((token, from, at, depth + 1));
            }
            counts.Add(nodes.Count - children[node]);
        }
        (_tokens, _children, _childCounts) = ([.. nodes.Select(node => node.Token)], [.. children], [.. counts]);
        (_words, _wordCounts, _labels) = ([.. firstWords], [.. wordCounts], [.. labels]);
        _best = new float[nodes.Count];
        for (var node = nodes.Count - 1; node >= 0; node--) // children lie behind their parents
        {
            _best[node] = float.NegativeInfinity;
            foreach (var word in Words(node))
                _best[node] = Math.Max(_best[node], scores[word]);
            for (var child = _children[node]; child < _children[node] + _childCounts[node]; child++)
                _best[node] = Math.Max(_best[node], _best[child]);
        }
        _best[Root] = 0;
    }

    public int Count => _tokens.Length;

    /// <summary>What may still be gained on the way; 0 at the root, where nothing has been promised.</summary>
    public float Best(int node) => _best[node];

    public int Token(int node) => _tokens[node];

    public bool HasChildren(int node) => _childCounts[node] > 0;

    public (int First, int End) Children(int node) => (_children[node], _children[node] + _childCounts[node]);

    /// <summary>Words that end here.</summary>
    public ReadOnlySpan<int> Words(int node) => _labels.AsSpan(_words[node], _wordCounts[node]);

    /// <summary>The child by a token, or <see cref="None"/>.</summary>
    public int Child(int node, int token)
    {
        var at = _tokens.AsSpan(_children[node], _childCounts[node]).BinarySearch(token);
        return at < 0 ? None : _children[node] + at;
    }
}
