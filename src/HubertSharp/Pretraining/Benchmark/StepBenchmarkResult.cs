namespace HubertSharp.Pretraining.Benchmark;

/// <summary>What <see cref="StepBenchmark"/> measured.</summary>
internal sealed record StepBenchmarkResult
{
    public required string Precision { get; init; }

    /// <summary>Why this precision, in a sentence.</summary>
    public required string PrecisionReason { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>Parameters of the model.</summary>
    public required long Parameters { get; init; }

    public required double AudioSecondsPerStep { get; init; }

    public required double BestStepSeconds { get; init; }

    public required double MedianStepSeconds { get; init; }

    /// <summary>Seconds of audio per second, by the median step.</summary>
    public double AudioSecondsPerSecond => AudioSecondsPerStep / MedianStepSeconds;

    /// <summary>The same by the fastest step: other programs on the machine only ever make a step slower.</summary>
    public double BestAudioSecondsPerSecond => AudioSecondsPerStep / BestStepSeconds;

    /// <summary>Estimated operations of a step's matrix products and convolutions.</summary>
    public required double FlopPerStep { get; init; }

    public double FlopPerAudioSecond => FlopPerStep / AudioSecondsPerStep;

    /// <summary>Measured operations per second of square matrix products in the compute type.</summary>
    public required double MatrixPeakFlops { get; init; }

    /// <summary>Operations of the median step per second over the matrix peak.</summary>
    public double ShareOfMatrixPeak => FlopPerStep / MedianStepSeconds / MatrixPeakFlops;

    /// <summary>Mean milliseconds of each part of a step.</summary>
    public required IReadOnlyDictionary<string, double> PartMilliseconds { get; init; }

    /// <summary>Largest resident memory of the process.</summary>
    public required double PeakMemoryMiB { get; init; }
}
