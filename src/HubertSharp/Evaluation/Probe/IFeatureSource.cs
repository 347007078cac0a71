namespace HubertSharp.Evaluation.Probe;

/// <summary>Computes one or more feature sets of an utterance in one pass. Thread-safe.</summary>
internal interface IFeatureSource : IDisposable
{
    IReadOnlyList<FeatureSet> Sets { get; }

    /// <summary>The frames of every set, [T, D] row by row.</summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at 16 kHz.</param>
    IReadOnlyList<float[]> Compute(float[] samples);
}
