using System.Globalization;
using HubertSharp.Models;

namespace HubertSharp.Features;

/// <summary>What the numbers of a feature dump are, so that a k-means model is never applied to others than it was fitted on.</summary>
public sealed record FeatureDescription
{
    /// <summary><c>mfcc</c>, <c>fbank</c> or <c>hubert</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Numbers per frame.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Frames per second of audio: 100 for MFCC and fbank, 50 for HuBERT.</summary>
    public required double FrameRate { get; init; }

    /// <summary>
    /// Scale of the waveform that they were computed from: <c>unit</c> ([-1, 1]), <c>int16</c> (times 2^15), or <c>normalised</c> (each
    /// utterance to mean 0 and variance 1). Null where nobody said, which is no difference.
    /// </summary>
    public string? Waveform { get; init; }

    /// <summary>The transformer layer, counted from 1 as fairseq does; null for acoustic features.</summary>
    public int? Layer { get; init; }

    /// <summary>
    /// Which point of the layer the features are taken from, see <see cref="FeatureConvention"/>; null for acoustic features.
    /// </summary>
    public string? Convention { get; init; }

    /// <summary>From <see cref="Interop.ModelIdentity"/>: the same for one model in any form; null for acoustic features.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Where <paramref name="other"/> differs, in words, or null where it is the same kind of feature.</summary>
    public (string This, string Other)? DifferenceFrom(FeatureDescription other)
    {
        (string Name, object? This, object? Other)[] fields =
        [
            ("kind", Kind, other.Kind), ("layer", Layer, other.Layer), ("convention", Convention, other.Convention),
            ("checkpoint", Checkpoint, other.Checkpoint), ("waveform", Waveform ?? other.Waveform, other.Waveform ?? Waveform),
            ("dimensions", Dimensions, other.Dimensions), ("frame rate", FrameRate, other.FrameRate),
        ];
        foreach (var (name, mine, theirs) in fields)
        {
            if (!Equals(mine, theirs))
                return (InWords(name, mine), InWords(name, theirs));
        }
        return null;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var parts = new List<string> { $"{Kind}, {Dimensions} dimensions at {FrameRate.ToString(CultureInfo.InvariantCulture)} Hz" };
        if (Layer is { } layer)
            parts.Add($"layer {layer}");
        if (Convention is not null)
            parts.Add($"{Convention} convention");
        if (Checkpoint is not null)
            parts.Add($"checkpoint {Checkpoint[..Math.Min(12, Checkpoint.Length)]}");
        if (Waveform is not null)
            parts.Add($"{Waveform} waveform");
        return string.Join(", ", parts);
    }

    private static string InWords(string name, object? value) =>
        value is null ? $"no {name}" : string.Create(CultureInfo.InvariantCulture, $"{name} {value}");
}
