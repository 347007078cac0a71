namespace HubertSharp.Pretraining.Plan;

/// <summary>What a forecast is told of machines and links.</summary>
internal sealed record PlanOptions
{
    public int Nodes { get; init; } = 1;

    /// <summary>Processes of a node, each with a device of its own.</summary>
    public int Gpus { get; init; } = 8;

    /// <summary>Between nodes, for all processes of a node together, in Gbit/s.</summary>
    public double LinkGbits { get; init; } = 100;

    /// <summary>Between the processes of a node, for each of them, in Gbit/s.</summary>
    public double LocalGbits { get; init; } = 400;

    /// <summary>What a reduction gets of a link.</summary>
    public double LinkShare { get; init; } = 0.8;

    /// <summary>What a process sends at most, whatever its link carries, in Gbit/s: TCP costs a core. Null for no bound.</summary>
    public double? ProcessGbits { get; init; }

    /// <summary>From one process to another, in microseconds.</summary>
    public double LatencyMicroseconds { get; init; } = 30;

    /// <summary>Matrix products of a device in TFLOP/s.</summary>
    public double PeakTflops { get; init; } = 125;

    /// <summary>What training gets of that.</summary>
    public double Achieved { get; init; } = 0.1;

    /// <summary>A measured micro-batch, in place of peak and share; null where none was.</summary>
    public double? StepSeconds { get; init; }

    /// <summary>
    /// Share of the backward pass of the last micro-batch that the reduction hides behind: here those of GPUs come after it, those of
    /// processors beside it.
    /// </summary>
    public double Overlap { get; init; }

    /// <summary>Bits of a gradient on the wire; null for what the configuration says.</summary>
    public int? WireBits { get; init; }

    /// <summary>Micro-batches of an update over all processes; null for <c>update_freq</c> in each.</summary>
    public int? MicroBatches { get; init; }

    /// <summary>For a device for an hour; null leaves the cost out.</summary>
    public double? Price { get; init; }

    /// <summary>Clusters of each label set.</summary>
    public int Clusters { get; init; } = 500;

    /// <summary>Mean length of an utterance, before cropping.</summary>
    public double UtteranceSeconds { get; init; } = 12.3;
}
