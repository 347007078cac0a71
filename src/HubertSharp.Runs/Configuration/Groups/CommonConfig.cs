namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>common</c> (CommonConfig), with our <c>device</c> and <c>num_threads</c>.</summary>
public sealed record CommonConfig
{
    /// <summary>Plain lines even on a terminal.</summary>
    public bool NoProgressBar { get; init; }

    /// <summary>Updates per line of <c>metrics.jsonl</c>.</summary>
    [Between(1, int.MaxValue), Unit("updates")]
    public int LogInterval { get; init; } = 100;

    /// <summary>Folder for TensorBoard events, relative to the run folder; null for <c>tensorboard</c>.</summary>
    /// <remarks>Null writes none.</remarks>
    public string? TensorboardLogdir { get; init; }

    /// <summary>Seed of the initialisation, the order of the batches, crops, masks and dropouts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Use the CPU although a GPU is there.</summary>
    public bool Cpu { get; init; }

    /// <summary>
    /// bf16 compute with float32 master weights. When neither this nor <see cref="Fp16"/> is given, hardware that multiplies bf16
    /// gets it, but for tokenizers; false asks for float32.
    /// </summary>
    /// <remarks>The default is false, which is float32.</remarks>
    public bool? Bf16 { get; init; }

    /// <summary>fp16 compute with a dynamic loss scale on a GPU; a processor computes in bf16 instead. False asks for float32.</summary>
    /// <remarks>The default is false; a processor computes in fp16, too.</remarks>
    public bool? Fp16 { get; init; }

    /// <summary>What the loss is multiplied with at first in fp16.</summary>
    [Between(1, 1 << 30)]
    public int Fp16InitScale { get; init; } = 128;

    /// <summary>Updates without overflow after which the loss scale doubles; null for 2^14 / processes / <c>update_freq</c>.</summary>
    [Between(1, int.MaxValue), Unit("updates")]
    public int? Fp16ScaleWindow { get; init; }

    /// <summary>Share of the updates since the last change that may overflow before the loss scale is halved.</summary>
    [Between(0, 1)]
    public double Fp16ScaleTolerance { get; init; }

    /// <summary>The run ends when overflows drive the loss scale down to this.</summary>
    [Between(0, 1e30)]
    public double MinLossScale { get; init; } = 1e-4;

    /// <summary>The loss scale is never halved below this; null for no such floor.</summary>
    [Between(0, 1e30)]
    public double? ThresholdLossScale { get; init; }

    /// <summary>Our own key: <c>auto</c> takes a GPU where one is usable and <see cref="Cpu"/> is false.</summary>
    [Choices("auto", "cpu", "cuda")]
    public string Device { get; init; } = "auto";

    /// <summary>Our own key: threads for the computation, 0 for every core.</summary>
    [Between(0, 4096), Unit("threads")]
    public int NumThreads { get; init; }

    /// <summary>
    /// Our own key: validation utterances whose masked predictions every validation writes for the dashboard; 0 writes none.
    /// </summary>
    [Between(0, 64), Unit("utterances")]
    public int SamplePredictions { get; init; } = 8;
}
