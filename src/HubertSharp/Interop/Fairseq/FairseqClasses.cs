namespace HubertSharp.Interop.Fairseq;

/// <summary>What the pickles of published fairseq checkpoints name. All of it is kept as data; none of it is ever called.</summary>
internal static class FairseqClasses
{
    private static readonly string[] s_schedules =
    [
        "ConstantLR", "WarmupLinearSchedule", "WarmupConstantSchedule", "WarmupCosineSchedule", "WarmupCosineWithHardRestartsSchedule",
        "WarmupCosineWithWarmupRestartsSchedule",
    ];

    public static IReadOnlyList<string> Names { get; } =
    [
        "argparse.Namespace",
        "fairseq.data.dictionary.Dictionary",
        "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig",
        "omegaconf.base.ContainerMetadata", "omegaconf.base.Metadata",
        "omegaconf.nodes.AnyNode", "omegaconf.nodes.StringNode", "omegaconf.nodes.IntegerNode", "omegaconf.nodes.FloatNode",
        "omegaconf.nodes.BooleanNode", "omegaconf.nodes.EnumNode", "omegaconf.nodes.BytesNode", "omegaconf.nodes.PathNode",
        "typing.Any", "typing.Union", "typing.Optional", "typing.List", "typing.Dict", "typing.Tuple",
        "pathlib.PosixPath", "pathlib.Path",
        // averages of training, in checkpoints from before fairseq saved them as plain numbers
        "fairseq.meters.AverageMeter", "fairseq.meters.TimeMeter", "fairseq.meters.StopwatchMeter",
        "fairseq.logging.meters.AverageMeter", "fairseq.logging.meters.TimeMeter", "fairseq.logging.meters.StopwatchMeter",
        "fairseq.logging.meters.MetersDict",
        // the schedule in the optimizer's state of s3prl's older checkpoints
        .. new[] { "optimizers", "s3prl.optimizers" }.SelectMany(module => s_schedules.Select(name => $"{module}.{name}")),
    ];
}
