namespace HubertSharp.SpeechTokenizer.Benchmark;

/// <summary>What <see cref="TokenizerBenchmark"/> measured; null where it was told to leave something out.</summary>
internal sealed record TokenizerBenchmarkResult
{
    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>Of the tokenizer and of its discriminators.</summary>
    public required long Parameters { get; init; }

    public required double AudioSecondsPerStep { get; init; }

    public double? BestStepSeconds { get; init; }

    public double? MedianStepSeconds { get; init; }

    /// <summary>Time that all cores together worked for the median step: what it costs on a machine that others use too.</summary>
    public double? CpuStepSeconds { get; init; }

    /// <summary>Seconds of audio that are learnt from in a second, by the median step.</summary>
    public double? AudioSecondsPerSecond => AudioSecondsPerStep / MedianStepSeconds;

    /// <summary>Mean milliseconds of each part of a step.</summary>
    public IReadOnlyDictionary<string, double> PartMilliseconds { get; init; } = new Dictionary<string, double>();

    /// <summary>Seconds for a second of audio, in the median round.</summary>
    public double? EncodeRealTimeFactor { get; init; }

    /// <inheritdoc cref="EncodeRealTimeFactor"/>
    public double? DecodeRealTimeFactor { get; init; }

    /// <summary>Seconds that all cores together worked for a second of audio, in the median round.</summary>
    public double? EncodeCpuFactor { get; init; }

    /// <inheritdoc cref="EncodeCpuFactor"/>
    public double? DecodeCpuFactor { get; init; }

    /// <summary>Largest resident memory of the process.</summary>
    public required double PeakMemoryMiB { get; init; }
}
