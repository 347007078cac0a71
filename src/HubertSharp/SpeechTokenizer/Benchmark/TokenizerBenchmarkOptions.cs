namespace HubertSharp.SpeechTokenizer.Benchmark;

/// <summary>The batch and the repetitions of <see cref="TokenizerBenchmark"/>.</summary>
internal sealed record TokenizerBenchmarkOptions
{
    /// <summary>Rows per batch; null for the configuration's.</summary>
    public int? Rows { get; init; }

    /// <summary>Length of each row in seconds; null for the configuration's.</summary>
    public double? Seconds { get; init; }

    /// <summary>Training steps that are timed; 0 leaves training out.</summary>
    public int Steps { get; init; } = 3;

    /// <summary>Steps before those.</summary>
    public int WarmUp { get; init; } = 1;

    /// <summary>Length of the clip that is encoded and decoded.</summary>
    public double ClipSeconds { get; init; } = 10;

    /// <summary>How often that is timed, after one that is not; 0 leaves it out.</summary>
    public int Rounds { get; init; } = 3;
}
