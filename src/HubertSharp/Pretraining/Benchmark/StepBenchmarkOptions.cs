namespace HubertSharp.Pretraining.Benchmark;

/// <summary>The batch and the repetitions of <see cref="StepBenchmark"/>.</summary>
public sealed record StepBenchmarkOptions
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
}
