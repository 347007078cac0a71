using System.Globalization;

namespace HubertSharp.Features;

/// <summary>Finds the shards of a split in a folder.</summary>
internal static class FeatureShards
{
    /// <summary>All shards in their order; the number of them is read off the names, and none may be missing.</summary>
    /// <exception cref="Runs.UserException">None, not all, or dumps with different numbers of shards.</exception>
    public static IReadOnlyList<FeatureShard> Find(string folder, string split)
    {
        var found = new HashSet<FeatureShard>();
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.npy"))
            {
                if (Parse(Path.GetFileNameWithoutExtension(file), split) is { } shard)
                    found.Add(shard);
            }
        }
        var counts = found.Select(s => s.Count).Distinct().Order().ToList();
        if (counts.Count == 0)
            throw FeatureFaults.Missing(folder, split);
        if (counts.Count > 1)
            throw FeatureFaults.Ambiguous(folder, split, string.Join(" and ", counts));
        var shards = new List<FeatureShard>();
        for (var rank = 0; rank < counts[0]; rank++)
        {
            var shard = new FeatureShard(rank, counts[0]);
            shards.Add(found.Contains(shard) ? shard : throw FeatureFaults.Incomplete(folder, split, shard));
        }
        return shards;
    }

    private static FeatureShard? Parse(string name, string split)
    {
        if (!name.StartsWith(split + "_", StringComparison.Ordinal))
            return null;
        var parts = name[(split.Length + 1)..].Split('_');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && rank < count
            ? new FeatureShard(rank, count)
            : null;
    }
}
