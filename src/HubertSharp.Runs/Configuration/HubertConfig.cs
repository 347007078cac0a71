using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// A whole pre-training configuration in fairseq's schema: the groups and keys of <c>fairseq-hydra-train</c>, .NET casing here,
/// snake_case in YAML (<c>model.conv_pos_groups</c> is <c>Model.ConvPosGroups</c>). The defaults are fairseq's own dataclass
/// defaults; the published values of base, large and x-large are the bundled YAML files.
/// </summary>
/// <remarks>Keys that fairseq knows and that mean nothing here are listed in <see cref="IgnoredKeys"/>, not on the records.</remarks>
[Ignores("task", "enable_padding single_target")]
[Ignores("criterion", "log_keys")]
[Ignores("model", "latent_temp required_seq_len_multiple depthwise_conv_kernel_size fp16")]
public sealed record HubertConfig : TrainingConfig
{
    public TaskConfig Task { get; init; } = new();

    public CriterionConfig Criterion { get; init; } = new();

    public ModelConfig Model { get; init; } = new();

    internal override IEnumerable<string> Broken(RuleCheck check) => ConfigRules.Hubert(this, check);
}
