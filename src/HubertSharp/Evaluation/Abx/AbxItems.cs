using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Abx;

/// <summary>Which items <see cref="AbxItems"/> makes.</summary>
public sealed record AbxItemsOptions
{
    /// <summary>Alignment of any format that has times.</summary>
    public required string ReferencePath { get; init; }

    /// <summary>The item file to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Only utterances of this manifest, under its names; null for all.</summary>
    public string? ManifestPath { get; init; }

    public ItemContext Context { get; init; } = ItemContext.Triphone;

    /// <summary>Whether tone and stress digits are left out of the labels.</summary>
    public bool RemoveDigits { get; init; } = true;
}

/// <summary>Writes the item file of an alignment.</summary>
public static class AbxItems
{
    /// <returns>Items and speakers.</returns>
    /// <exception cref="UserException">A bad alignment or manifest, nothing in common, or a full disk.</exception>
    public static (int Items, int Speakers) Write(AbxItemsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var alignment = AlignmentFormats.Read(options.ReferencePath);
        if (options.RemoveDigits)
            LabelDigits.Check(options.ReferencePath, alignment.SelectMany(u => u.Segments).Select(s => s.Label));
        var utterances = options.ManifestPath is { } manifest ? Named(alignment, Manifest.Read(manifest)) : alignment;
        var items = ItemMaker.Make(utterances, options.Context, options.RemoveDigits).ToList();
        if (items.Count == 0)
            throw AbxFaults.NothingToMake(options.ReferencePath, options.Context);
        ItemFile.Write(options.OutputPath, items);
        return (items.Count, items.Select(i => i.Speaker).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>The utterances of an alignment that a manifest has, under its names.</summary>
    /// <exception cref="UserException">None.</exception>
    private static List<AlignedUtterance> Named(IReadOnlyList<AlignedUtterance> alignment, Manifest manifest)
    {
        var named = UtteranceIndex.Named(alignment, manifest);
        return named.Count > 0 ? named : throw EvaluationFaults.NothingInCommon(alignment.Count, manifest.Entries.Count);
    }
}
