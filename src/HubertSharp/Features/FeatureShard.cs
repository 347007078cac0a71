using System.Globalization;

namespace HubertSharp.Features;

/// <summary>One of <paramref name="Count"/> equal parts of a manifest: fairseq's <c>rank</c> and <c>nshard</c>.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Count">Above <paramref name="Rank"/>.</param>
public readonly record struct FeatureShard(int Rank, int Count)
{
    public static FeatureShard Whole { get; } = new(0, 1);

    /// <summary>Parses <c>I/N</c>, 0 ≤ I &lt; N.</summary>
    /// <exception cref="Runs.UserException">Not of that form.</exception>
    public static FeatureShard Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && rank < count && count <= 100_000
            ? new FeatureShard(rank, count)
            : throw FeatureFaults.Shard(text);
    }

    /// <summary>The lines of this part, of <paramref name="total"/>: fairseq's <c>get_shard_range</c>, which rounds half to even.</summary>
    public (int Start, int End) Range(int total) =>
        ((int)Math.Round((double)total / Count * Rank, MidpointRounding.ToEven),
            (int)Math.Round((double)total / Count * (Rank + 1), MidpointRounding.ToEven));

    /// <summary>The path without ending, as fairseq names it: <c>train_0_1</c>.</summary>
    public string PathIn(string folder, string split) => Path.Combine(folder, $"{split}_{Rank}_{Count}");

    /// <inheritdoc/>
    public override string ToString() => $"{Rank}/{Count}";
}
