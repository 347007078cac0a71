namespace HubertSharp.Runs.Configuration;

/// <summary>fairseq's group <c>common</c> (CommonConfig), with our <c>device</c> and <c>num_threads</c>.</summary>
public sealed record CommonConfig
{
    /// <summary>Plain lines even on a terminal.</summary>
    public bool NoProgressBar { get; init; }

    /// <summary>Updates per line of <c>metrics.jsonl</c>.</summary>
    [Between(1, int.MaxValue)]
    public int LogInterval { get; init; } = 100;

    /// <summary>Folder for TensorBoard events, relative to the run folder; null writes none.</summary>
    public string? TensorboardLogdir { get; init; }

    /// <summary>Seed of the initialisation, the order of the batches, crops, masks and dropouts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Use the CPU although a GPU is there.</summary>
    public bool Cpu { get; init; }

    /// <summary>bf16 compute with float32 master weights.</summary>
    public bool Bf16 { get; init; }

    /// <summary>Half precision as fairseq's configurations ask for it; here it selects the same path as <see cref="Bf16"/>.</summary>
    public bool Fp16 { get; init; }

    /// <summary>Our own key: <c>auto</c> takes a GPU where one is usable and <see cref="Cpu"/> is false.</summary>
    [Choices("auto", "cpu", "cuda")]
    public string Device { get; init; } = "auto";

    /// <summary>Our own key: threads for the computation, 0 for every core.</summary>
    [Between(0, 4096)]
    public int NumThreads { get; init; }
}
