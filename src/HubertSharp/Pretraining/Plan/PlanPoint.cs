namespace HubertSharp.Pretraining.Plan;

/// <summary>The forecast for a number of devices and a link.</summary>
internal sealed record PlanPoint
{
    public required int Gpus { get; init; }

    public required int Nodes { get; init; }

    /// <summary>Between nodes; between devices of a node where there is one.</summary>
    public required double LinkGbits { get; init; }

    /// <summary>Micro-batches that each device takes of an update.</summary>
    public required int MicroBatchesEach { get; init; }

    public required double ComputeSeconds { get; init; }

    /// <summary>What a device computes on average: less, where micro-batches do not divide among them.</summary>
    public required double BusySeconds { get; init; }

    /// <summary>The reduction of the gradients, hidden or not.</summary>
    public required double ReduceSeconds { get; init; }

    /// <summary>What of it nothing hides.</summary>
    public required double WaitSeconds { get; init; }

    /// <summary>An update.</summary>
    public double UpdateSeconds => ComputeSeconds + WaitSeconds;

    /// <summary>Of the devices' time, what is computing.</summary>
    public double Efficiency => BusySeconds / UpdateSeconds;

    /// <summary>Audio of an update, over all devices.</summary>
    public required double AudioSecondsPerUpdate { get; init; }

    /// <summary>The whole run; null without <c>optimization.max_update</c>.</summary>
    public required double? Hours { get; init; }

    /// <summary>Device hours of it.</summary>
    public double? GpuHours => Hours * Gpus;

    public required double? Cost { get; init; }

    /// <summary>What a node reads of 16-bit audio at 16 kHz; FLAC is about half of it.</summary>
    public required double DiskMegabytesPerSecond { get; init; }
}
