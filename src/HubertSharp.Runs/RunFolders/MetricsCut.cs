using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// Where <c>metrics.jsonl</c> is cut for a run that goes on from a checkpoint: behind its last line that the checkpoint knows of.
/// </summary>
/// <remarks>
/// A damaged line says nothing about the lines after it, and a changed digit may give it any update. So the lines whose updates
/// ascend are taken at their word (as many of them as there are), and all others are damaged ones that stay where they are.
/// </remarks>
/// <param name="KeptBytes">What stays.</param>
/// <param name="LacksEnd">The last kept line has no newline.</param>
/// <param name="Damaged">Numbers (from 1) of the damaged lines that stay.</param>
/// <param name="CutsMore">Not only later lines of the run, and the one that a kill cut, are behind the cut.</param>
internal sealed record MetricsCut(long KeptBytes, bool LacksEnd, IReadOnlyList<int> Damaged, bool CutsMore)
{
    private const int MostLines = 4_000_000;

    /// <summary>Of a file that is not there.</summary>
    public static MetricsCut Nothing { get; } = new(0, LacksEnd: false, [], CutsMore: false);

    private enum Kind : byte
    {
        /// <summary>Its update is in order.</summary>
        Metrics,

        /// <summary>Blank, or an object that names no update.</summary>
        Other,

        Damaged,

        /// <summary>The beginning of a line of ours at the end of the file.</summary>
        Unfinished,
    }

    /// <summary>Reads the whole file; memory is a few bytes per line. Null for more lines than any run writes.</summary>
    /// <param name="path">The file, which is there.</param>
    /// <param name="update">The checkpoint's update; 0 for a run that begins anew, which keeps nothing.</param>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static MetricsCut? Of(string path, long update)
    {
        var lines = Read(path, out var lacksEnd);
        if (lines.Count > MostLines)
            return null;
        KeepAscending(lines);
        var kept = update == 0 ? 0 : lines.FindLastIndex(line => line.Kind == Kind.Metrics && line.Update <= update) + 1;
        while (update > 0 && kept < lines.Count && lines[kept].Kind is Kind.Other or Kind.Damaged)
            kept++; // nobody knows whether it lies before or after the checkpoint
        var cut = lines.Skip(kept).ToList();
        return new MetricsCut(
            kept == 0 ? 0 : lines[kept - 1].End, kept == lines.Count && kept > 0 && lacksEnd,
            [.. Enumerable.Range(0, kept).Where(i => lines[i].Kind == Kind.Damaged).Select(i => i + 1)],
            update == 0 ? cut.Count > 0 : cut.Any(line => line.Kind is Kind.Other or Kind.Damaged));
    }

    private static List<Line> Read(string path, out bool lacksEnd)
    {
        var read = new List<Line>();
        lacksEnd = false;
        using var lines = new ByteLines(path, MetricsLine.MaximumBytes, passOverLong: true);
        while (read.Count <= MostLines && lines.MoveNext())
        {
            lacksEnd = !lines.HasEnd;
            var metrics = lines.IsTooLong ? null : MetricsLine.TryParse(lines.Current);
            var kind = metrics is not null ? metrics.Update is null ? Kind.Other : Kind.Metrics
                : lines.IsTooLong ? Kind.Damaged
                : lacksEnd && IsBeginning(lines.Current) ? Kind.Unfinished
                : lines.Current.Trim(" \t\r"u8).IsEmpty ? Kind.Other
                : Kind.Damaged;
            read.Add(new Line(lines.NextOffset, metrics?.Update, kind));
        }
        return read;
    }

    // {"tag":"train_in
    private static bool IsBeginning(ReadOnlySpan<byte> line) => line[0] == '{' && !line.ContainsAnyInRange((byte)0, (byte)31);

    /// <summary>Marks as damaged what stands outside the longest series of lines whose updates do not descend.</summary>
    private static void KeepAscending(List<Line> lines)
    {
        var ends = new List<int>(); // the line with the smallest update that ends a series of 1, 2, 3 ... lines
        var before = new int[lines.Count]; // the line before it in its series
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Update is not { } update)
                continue;
            var (low, high) = (0, ends.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = lines[ends[middle]].Update <= update ? (middle + 1, high) : (low, middle);
            }
            before[i] = low > 0 ? ends[low - 1] : -1;
            if (low == ends.Count)
                ends.Add(i);
            else
                ends[low] = i;
        }
        var inOrder = new bool[lines.Count];
        for (var i = ends.Count > 0 ? ends[^1] : -1; i >= 0; i = before[i])
            inOrder[i] = true;
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Update is not null && !inOrder[i])
                lines[i] = lines[i] with { Kind = Kind.Damaged };
        }
    }

    /// <param name="End">Where the next line begins.</param>
    private readonly record struct Line(long End, long? Update, Kind Kind);
}
