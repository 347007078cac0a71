using HubertSharp.Runs.Arrays;

namespace HubertSharp.Interop;

/// <summary>How far a checkpoint's training had come.</summary>
/// <param name="Updates">Finished updates.</param>
/// <param name="Moments">Adam's averages (<c>exp_avg</c>, <c>exp_avg_sq</c>) by parameter; null where the checkpoint has none that can be
/// used, or nobody asked.</param>
/// <param name="AdamSteps">Adam's own t; smaller than the updates where some were skipped.</param>
internal sealed record TrainingState(
    long Updates, IReadOnlyDictionary<string, (SafetensorsTensor First, SafetensorsTensor Second)>? Moments, long AdamSteps)
{
    /// <summary>Per encoder layer, how many of those steps passed over it because layer drop had left it out; empty for none.</summary>
    public IReadOnlyList<long> LayerSkips { get; init; } = [];

    /// <summary>Epoch, from 1, in which the next update lies.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Batches of that epoch which are done.</summary>
    public long IterationsInEpoch { get; init; }

    /// <summary>Wall time of the training.</summary>
    public double Seconds { get; init; }

    /// <summary>Adam's own t of a parameter.</summary>
    public long StepsOf(string parameter)
    {
        const string Layers = "encoder.layers.";
        return parameter.StartsWith(Layers, StringComparison.Ordinal)
            && int.TryParse(parameter.AsSpan(Layers.Length, parameter.IndexOf('.', Layers.Length) - Layers.Length), out var layer)
            && layer < LayerSkips.Count
            ? AdamSteps - LayerSkips[layer]
            : AdamSteps;
    }
}
