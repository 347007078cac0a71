namespace HubertSharp.Evaluation.Words;

/// <summary>
/// The cheapest alignment of two sequences of tokens (Wagner and Fischer 1974), within a band about the diagonal that is widened until no
/// alignment outside of it can be as cheap (Ukkonen 1985): the result is that of the whole matrix, in memory that grows with the errors.
/// </summary>
internal sealed class TokenAlignment
{
    private const long MostCells = 1L << 31; // bytes: two texts of an hour that have little in common
    private const int Narrowest = 16; // cells to each side
    private const int Unreachable = int.MaxValue / 2;

    private readonly int[] _reference;
    private readonly int[] _hypothesis;
    private readonly AlignmentRule _rule;

    private TokenAlignment(int[] reference, int[] hypothesis, AlignmentRule rule) =>
        (_reference, _hypothesis, _rule) = (reference, hypothesis, rule);

    /// <summary>The operations from the beginning to the end.</summary>
    /// <exception cref="HubertSharp.Runs.UserException">The two are too long, and too different, to be aligned in memory.</exception>
    public static EditOperation[] Of<T>(IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis, AlignmentRule rule)
        where T : notnull
    {
        var ids = new Dictionary<T, int>();
        int[] Ids(IReadOnlyList<T> tokens)
        {
            var numbered = new int[tokens.Count];
            for (var i = 0; i < numbered.Length; i++)
            {
                if (!ids.TryGetValue(tokens[i], out var id))
                    ids.Add(tokens[i], id = ids.Count);
                numbered[i] = id;
            }
            return numbered;
        }
        return new TokenAlignment(Ids(reference), Ids(hypothesis), rule).Align();
    }

    public static EditCounts Count(IEnumerable<EditOperation> operations)
    {
        Span<long> counts = stackalloc long[4];
        foreach (var operation in operations)
            counts[(int)operation]++;
        return new EditCounts(counts[0], counts[1], counts[2], counts[3]);
    }

    private EditOperation[] Align()
    {
        var most = Math.Max(_reference.Length, _hypothesis.Length);
        for (var width = Narrowest + Math.Abs(_reference.Length - _hypothesis.Length); ; width *= 2)
        {
            width = Math.Min(width, most);
            if ((_reference.Length + 1L) * ((2L * width) + 1) > MostCells)
                throw WordFaults.TooLong(_reference.Length, _hypothesis.Length);
            if (InBand(width, out var operations) < (long)_rule.Gap * (width + 1) || width == most)
                return operations;
        }
    }

    /// <summary>The cheapest alignment that nowhere has more than so many deletions more than insertions, or the reverse.</summary>
    private long InBand(int width, out EditOperation[] operations)
    {
        var cells = (2 * width) + 1;
        var chosen = new byte[(_reference.Length + 1L) * cells];
        var (above, row) = (new int[cells + 1], new int[cells + 1]);
        above.AsSpan().Fill(Unreachable);
        Span<int> costs = stackalloc int[4];
        for (var i = 0; i <= _reference.Length; i++)
        {
            row.AsSpan().Fill(Unreachable);
            for (var j = Math.Max(0, i - width); j <= Math.Min(_hypothesis.Length, i + width); j++)
            {
                var at = j - i + width;
                if (i == 0 && j == 0)
                {
                    row[at] = 0;
                    continue;
                }
                costs.Fill(Unreachable);
                if (i > 0)
                    costs[(int)EditOperation.Deletion] = above[at + 1] + _rule.Gap;
                if (j > 0 && at > 0)
                    costs[(int)EditOperation.Insertion] = row[at - 1] + _rule.Gap;
                if (i > 0 && j > 0)
                    costs[(int)(_reference[i - 1] == _hypothesis[j - 1] ? EditOperation.Match : EditOperation.Substitution)] =
                        above[at] + (_reference[i - 1] == _hypothesis[j - 1] ? 0 : _rule.Substitution);
                row[at] = Math.Min(Math.Min(costs[0], costs[1]), Math.Min(costs[2], costs[3]));
                chosen[((long)i * cells) + at] = (byte)Preferred(costs, row[at]);
            }
            (above, row) = (row, above);
        }
        operations = Trace(chosen, cells, width);
        return above[_hypothesis.Length - _reference.Length + width];
    }

    private EditOperation Preferred(ReadOnlySpan<int> costs, int least)
    {
        foreach (var operation in _rule.Preference)
        {
            if (costs[(int)operation] == least)
                return operation;
        }
        return EditOperation.Match;
    }

    private EditOperation[] Trace(byte[] chosen, int cells, int width)
    {
        var operations = new List<EditOperation>(_reference.Length + width);
        for (var (i, j) = (_reference.Length, _hypothesis.Length); i > 0 || j > 0;)
        {
            var operation = (EditOperation)chosen[((long)i * cells) + j - i + width];
            operations.Add(operation);
            i -= operation == EditOperation.Insertion ? 0 : 1;
            j -= operation == EditOperation.Deletion ? 0 : 1;
        }
        operations.Reverse();
        return [.. operations];
    }
}
