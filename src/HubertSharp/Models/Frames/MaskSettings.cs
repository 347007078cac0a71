using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Models.Frames;

/// <summary>How spans are drawn; fairseq's <c>compute_mask_indices</c> with the defaults that HuBERT leaves in force.</summary>
internal sealed record MaskSettings
{
    /// <summary>Share of the frames that would be masked if spans never overlapped (<c>mask_prob</c>).</summary>
    public double Probability { get; init; } = 0.65;

    /// <summary>Frames per span (<c>mask_length</c>); the mean for the other selections.</summary>
    public int SpanLength { get; init; } = 10;

    /// <summary><c>static</c>, <c>uniform</c>, <c>normal</c> or <c>poisson</c> (<c>mask_selection</c>).</summary>
    public string Selection { get; init; } = "static";

    /// <summary>Shortest span for <c>uniform</c>, standard deviation for <c>normal</c> (<c>mask_other</c>).</summary>
    public double Other { get; init; }

    /// <summary>Spans at least this far apart when they may not overlap (<c>mask_min_space</c>).</summary>
    public int MinimumSpace { get; init; } = 1;

    /// <summary>Spans may not overlap (<c>no_mask_overlap</c>).</summary>
    public bool NoOverlap { get; init; }

    /// <summary>Fewest spans per row: 2 for frames, 0 for channels.</summary>
    public int MinimumSpans { get; init; } = 2;

    /// <summary>Those of a configuration's frames.</summary>
    public static MaskSettings OfFrames(ModelConfig config) => new()
    {
        Probability = config.MaskProb,
        SpanLength = config.MaskLength,
        Selection = config.MaskSelection,
        Other = config.MaskOther,
        NoOverlap = config.NoMaskOverlap,
        MinimumSpace = config.MaskMinSpace,
        MinimumSpans = 2,
    };

    /// <summary>Those of a configuration's channels.</summary>
    public static MaskSettings OfChannels(ModelConfig config) => new()
    {
        Probability = config.MaskChannelProb,
        SpanLength = config.MaskChannelLength,
        Selection = config.MaskChannelSelection,
        Other = config.MaskChannelOther,
        NoOverlap = config.NoMaskChannelOverlap,
        MinimumSpace = config.MaskChannelMinSpace,
        MinimumSpans = 0,
    };
}
