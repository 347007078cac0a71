using System.Numerics;

namespace HubertSharp.Distributed.Sums;

/// <summary>
/// Which micro-batches of an update a process takes, and in what order sums over them are made, so that they come out the same to the
/// last bit whoever takes which. The order is a tree: the micro-batches of an update are halved, the halves halved, and so on. One, two,
/// four, eight ... processes take a branch each, which they sum up by themselves; then neighbours meet. Other numbers fit no branch: the
/// micro-batches are dealt out to them in turn.
/// </summary>
internal static class MicroBatchTree
{
    /// <summary>Whether each of so many processes has a branch of its own.</summary>
    public static bool HasBranches(int ranks) => BitOperations.IsPow2(ranks);

    /// <summary>Numbers of the micro-batches that a process takes, ascending; the first one always has the first.</summary>
    /// <param name="micros">Of the update, counted over all processes.</param>
    /// <param name="rank">The process.</param>
    /// <param name="ranks">How many there are.</param>
    public static IEnumerable<int> Of(int micros, int rank, int ranks) => HasBranches(ranks)
        ? Enumerable.Range(Begin(micros, rank, ranks), Begin(micros, rank + 1L, ranks) - Begin(micros, rank, ranks))
        : Enumerable.Range(0, micros).Where(micro => micro % ranks == rank);

    /// <summary>Goes through the branch of a process: its micro-batches, ascending, and after each whatever can be summed.</summary>
    /// <param name="micros">Of the update.</param>
    /// <param name="rank">The process; 0 of 1 for all of the tree.</param>
    /// <param name="ranks">How many there are: 1, 2, 4, 8 ...</param>
    /// <param name="leaf">A micro-batch: what it gives is the newest of those that wait.</param>
    /// <param name="add">The two newest that wait become one.</param>
    public static void Visit(int micros, int rank, int ranks, Action<int> leaf, Action add) =>
        VisitBranch(micros, rank, ranks, leaf, add);

    /// <summary>How many sums wait at most while another micro-batch of so many is computed.</summary>
    public static int Waiting(int micros) => micros <= 1 ? 0 : BitOperations.Log2((uint)micros - 1) + 1;

    private static bool VisitBranch(int micros, long part, long parts, Action<int> leaf, Action add)
    {
        var (from, to) = (Begin(micros, part, parts), Begin(micros, part + 1, parts));
        if (to - from == 1)
            leaf(from);
        if (to - from <= 1)
            return to > from;
        var first = VisitBranch(micros, 2 * part, 2 * parts, leaf, add);
        if (VisitBranch(micros, (2 * part) + 1, 2 * parts, leaf, add) && first)
            add();
        return true;
    }

    // rounded up, so that the first process has something; the ends of a branch are ends of its branches
    private static int Begin(int micros, long part, long parts) => (int)(((micros * part) + parts - 1) / parts);
}
