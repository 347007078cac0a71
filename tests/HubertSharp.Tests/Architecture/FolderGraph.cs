namespace HubertSharp.Tests.Architecture;

/// <summary>Which folder names types of which, with the names that say so.</summary>
internal sealed class FolderGraph
{
    private readonly ILookup<(string From, string To), TypeUse> _edges;

    /// <param name="uses">Who names whom.</param>
    public FolderGraph(IEnumerable<TypeUse> uses) => _edges = uses.ToLookup(u => (u.From.Folder, u.To.Folder));

    public IEnumerable<(string From, string To)> Edges => _edges.Select(e => e.Key);

    public static bool IsBelow(string folder, string parent) =>
        folder == parent || folder.StartsWith($"{parent}/", StringComparison.Ordinal);

    /// <summary>One line for an edge: the folders, and up to four uses of it.</summary>
    public string Describe((string From, string To) edge)
    {
        var uses = _edges[edge].Select(u => $"{Path.GetFileName(u.From.Path)} names {u.Name}").Order(StringComparer.Ordinal).ToArray();
        return $"{edge.From} -> {edge.To}: {string.Join(", ", uses.Take(4))}{(uses.Length > 4 ? $" and {uses.Length - 4} more" : "")}";
    }

    /// <summary>
    /// Circles among the folders that lie side by side, each with what is below it. What lies in the common parent itself is no part
    /// of any: a folder and the folders in it may know each other.
    /// </summary>
    public IEnumerable<string> CirclesSideBySide() => Parents().SelectMany(parent =>
    {
        var sides = Edges.Select(e => (From: Child(e.From, parent), To: Child(e.To, parent), Edge: e))
            .Where(e => e.From is not null && e.To is not null && e.From != e.To).ToArray();
        return Circles([.. sides.Select(s => (s.From!, s.To!)).Distinct()])
            .Select(circle => Tell(circle, sides.Where(s => circle.Contains(s.From!) && circle.Contains(s.To!)).Select(s => s.Edge)));
    });

    private string Tell(IReadOnlyList<string> circle, IEnumerable<(string From, string To)> edges) =>
        $"{string.Join(", ", circle)}{string.Concat(edges.Order().Select(e => $"{Environment.NewLine}    {Describe(e)}"))}";

    private IEnumerable<string> Parents() =>
        Edges.SelectMany(e => new[] { e.From, e.To }).SelectMany(Above).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Above(string folder)
    {
        for (var slash = folder.LastIndexOf('/'); slash > 0; slash = folder.LastIndexOf('/'))
            yield return folder = folder[..slash];
    }

    // 'a/b' for 'a/b/c' under 'a'
    private static string? Child(string folder, string parent) =>
        folder != parent && IsBelow(folder, parent) ? $"{parent}/{folder[(parent.Length + 1)..].Split('/')[0]}" : null;

    /// <summary>Groups of more than one node that all reach each other.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> Circles(IReadOnlyCollection<(string From, string To)> edges)
    {
        var next = edges.ToLookup(e => e.From, e => e.To);
        HashSet<string> Reached(string start)
        {
            var (seen, open) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([start]));
            while (open.TryPop(out var node))
            {
                foreach (var other in next[node].Where(seen.Add))
                    open.Push(other);
            }
            return seen;
        }

        var reached = edges.Select(e => e.From).Distinct().ToDictionary(node => node, Reached, StringComparer.Ordinal);
        return
        [
            .. reached.Keys.Where(node => reached[node].Contains(node))
                .Select(node => string.Join('\n', reached.Keys
                    .Where(other => reached[node].Contains(other) && reached[other].Contains(node)).Order(StringComparer.Ordinal)))
                .Distinct().Order(StringComparer.Ordinal).Select(circle => circle.Split('\n')).Where(circle => circle.Length > 1),
        ];
    }
}
