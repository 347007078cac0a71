using HubertSharp.Training;

namespace HubertSharp.Pretraining.Benchmark;

/// <summary>The batch and the repetitions of <see cref="StepBenchmark"/>.</summary>
internal sealed record StepBenchmarkOptions
{
    /// <summary>Rows per batch.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Length of each row in seconds.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Clusters of each label set; the dictionary has four classes more.</summary>
    public int Clusters { get; init; } = 500;

    /// <summary>Steps that are timed.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>Steps before those.</summary>
    public int WarmUp { get; init; } = 2;

    /// <summary>Width of the matrices whose product is the peak to compare with.</summary>
    internal int PeakSize { get; init; } = 2048;

    /// <summary>As <see cref="TrainingOptions.ScaleLoss"/>.</summary>
    internal bool ScaleLoss { get; init; }

    /// <summary>As <see cref="TrainingOptions.LooksLater"/>.</summary>
    internal bool LooksLater { get; init; }
}
