using System.Runtime.Intrinsics.X86;

namespace HubertSharp.Bench.SameRun;

/// <summary>One short training that two commits must walk through alike.</summary>
/// <param name="Name">Its folder and its row in the table.</param>
/// <param name="Overrides">What makes it differ from <see cref="Common"/>; <c>OUT</c> stands for the folder of all trainings.</param>
internal sealed record Training(string Name, params string[] Overrides)
{
    /// <summary>Updates to stop after, one start after the other, before the start that goes on to the end.</summary>
    public IReadOnlyList<int> Stops { get; init; } = [];

    /// <summary>
    /// Properties of the library's options to set to true, which no command line reaches; empty for a run of <c>hubert pretrain</c>.
    /// </summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Why this machine leaves it out, or null.</summary>
    public string? LeftOut { get; init; }

    /// <summary>Whether the program itself can do it; otherwise its library is called.</summary>
    public bool ByCommand => Stops.Count == 0 && Options.Count == 0;

    // weights of 1e9, which seven convolutions multiply beyond float32: updates are skipped, rows blamed, batches kept, and the run ends
    private static readonly string[] s_diverging =
    [
        "optimization.lr=[1e9]", "optimization.clip_norm=0", "optimization.max_skipped_updates=4",
    ];

    /// <summary>hubert_small_cpu, shrunk until an update takes milliseconds.</summary>
    public static string[] Common(string data, string run) =>
    [
        $"task.data={data}", $"task.label_dir={data}", $"model.label_rate={MadeCorpus.LabelRate}", $"checkpoint.save_dir={run}/checkpoints",
        "common.bf16=false",
        "common.log_interval=1", "task.min_sample_size=1000", "task.max_sample_size=20000", "dataset.max_tokens=60000",
        "dataset.validate_interval_updates=4",
        "checkpoint.save_interval_updates=3", "optimization.max_update=10", "lr_scheduler.warmup_updates=2", "model.encoder_layers=2",
        "model.encoder_embed_dim=32",
        "model.encoder_ffn_embed_dim=64", "model.encoder_attention_heads=2", "model.final_dim=16", "model.conv_pos=16",
        "model.conv_pos_groups=4",
        "model.conv_feature_layers='[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2'",
    ];

    public static IReadOnlyList<Training> All { get; } =
    [
        new("float32"),
        new("bf16", "common.bf16=true")
        {
            LeftOut = MultipliesBFloat16() ? null : "this processor has neither AVX512-BF16 nor AMX",
        },
        new("update_freq 2, layer drop", "optimization.update_freq=[2]", "model.encoder_layerdrop=0.3", "common.log_interval=3",
            "dataset.num_workers=2"),
        new("loss scale", "common.fp16_scale_window=3") { Options = ["ScaleLoss"] },
        new("looks later", "optimization.update_freq=[2]", "model.encoder_layerdrop=0.3", "common.log_interval=3")
        {
            Options = ["LooksLater"],
            Stops = [2, 7],
        },
        new("stops at 3 and 5", "common.log_interval=2", "checkpoint.write_checkpoints_asynchronously=true") { Stops = [3, 5] },
        new("layer norm, two label sets", "task.labels=[km,half]", "model.extractor_mode=layer_norm", "model.layer_norm_first=true",
            "task.normalize=true",
            "model.checkpoint_activations=true", "dataset.num_workers=0"),
        new("from a model, ends early", "checkpoint.finetune_from_model=OUT/float32/run/checkpoints/checkpoint_last",
            "optimization.lr=[0.05]", "optimization.max_update=40",
            "checkpoint.patience=2", "dataset.validate_interval_updates=2", "checkpoint.keep_interval_updates=1"),
        new("diverges", s_diverging),
        new("diverges with a loss scale", s_diverging) { Options = ["ScaleLoss"] },
    ];

    // as the program decides it: CPUID leaf 7, subleaf 1 EAX bit 5 is AVX512_BF16, subleaf 0 EDX bit 22 is AMX-BF16
    private static bool MultipliesBFloat16() => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7
        && ((X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0) || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);
}
