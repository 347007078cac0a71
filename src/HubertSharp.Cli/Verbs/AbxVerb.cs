using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Pipelines;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert abx</c>: minimal-pair ABX of frame features.</summary>
internal static class AbxVerb
{
    public static Command Create()
    {
        var features = new Argument<string>("FEATURES")
        {
            Description = "Folder with one .npy [frames, dimensions] per utterance, or a feature dump with its --manifest.",
        };
        var items = new Argument<string>("ITEMS")
        {
            Description = "Item file: '#file onset offset #phone prev-phone next-phone speaker', as ZeroSpeech and libri-light have it.",
        };
        var manifest = new Option<string?>("--manifest") { Description = "Manifest (.tsv) that the feature dump was made from." };
        var rate = new Option<double?>("--feature-rate")
        {
            Description = "Frames per second, such as 50 for HuBERT; a dump of 'hubert features' says it itself.",
        };
        var mode = ModelOptions.Choice(
            "--mode", "Let X be of the same speaker as A and B, of another, or score both.", "all", "within", "across");
        var distance = ModelOptions.Choice("--distance",
            "Of two frames: cosine (the angle), euclidean, or normalised-euclidean (after each frame was given length 1: libri-light's "
            + "'euclidian').", "cosine", "euclidean", "normalised-euclidean");
        var pooling = ModelOptions.Choice("--pooling",
            "none aligns the frames of two items by dynamic time warping; mean compares their means.",
            "none", "mean");
        var frames = ModelOptions.Choice("--frames", "Frames of an item: libri-light leaves the last one out, fastabx takes it.",
            "libri-light", "fastabx");
        var group = new Option<int>("--max-size-group")
        {
            Description = "Items of one phone, speaker and context that are looked at; 0 for all.",
            DefaultValueFactory = _ => new AbxOptions().MaxSizeGroup,
        };
        var others = new Option<int>("--max-x-across")
        {
            Description = "Other speakers that X is taken from, per phone, speaker and context; 0 for all.",
            DefaultValueFactory = _ => new AbxOptions().MaxXAcross,
        };
        var seed = new Option<long>("--seed") { Description = "Decides which items and speakers are left out, and what intervals draw." };
        var against = new Option<string?>("--against")
        {
            Description = "Features to compare with over the same items: the paired difference is printed with its intervals.",
        };
        var againstRate = new Option<double?>("--against-rate") { Description = "Their frames per second; those of FEATURES otherwise." };
        var share = new ProcessArguments();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("abx",
            "Minimal-pair ABX error: how often a token of a phone is nearer to a token of another phone than to one of its own, in the "
            + "same context. Computed as libri-light does.")
        {
            features, items, manifest, rate, mode, distance, pooling, frames, group, others, seed, against, againstRate, json,
            share.Processes,
        };
        command.Subcommands.Add(AbxItemsVerb.Create());
        command.WithExample("hubert abx features/layer6 triphone.item --manifest data/valid.tsv")
            .WithExample("hubert abx features/npy triphone.item --feature-rate 50 --mode across --max-size-group 0");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var options = new AbxRunOptions
            {
                Features = new AbxFeatures(parsed.GetValue(features)!, parsed.GetValue(rate)),
                Against = parsed.GetValue(against) is { } other
                    ? new AbxFeatures(other,
                        parsed.GetValue(againstRate) ?? (parsed.GetValue(manifest) is null ? parsed.GetValue(rate) : null))
                    : null,
                ItemsPath = parsed.GetValue(items)!,
                ManifestPath = parsed.GetValue(manifest),
                Abx = new AbxOptions
                {
                    Within = parsed.GetValue(mode) != "across",
                    Across = parsed.GetValue(mode) != "within",
                    Distance = parsed.GetValue(distance) switch
                    {
                        "euclidean" => AbxDistance.Euclidean,
                        "normalised-euclidean" => AbxDistance.NormalisedEuclidean,
                        _ => AbxDistance.Cosine,
                    },
                    Pooling = parsed.GetValue(pooling) == "mean" ? AbxPooling.Mean : AbxPooling.None,
                    Frames = parsed.GetValue(frames) == "fastabx" ? ItemFrames.FastAbx : ItemFrames.LibriLight,
                    MaxSizeGroup = parsed.GetValue(group),
                    MaxXAcross = parsed.GetValue(others),
                    Seed = parsed.GetValue(seed),
                },
            };
            return share.Run(parsed, Environment.CurrentDirectory, replicas =>
            {
                var own = options with { Abx = options.Abx with { Replicas = replicas } };
                var report = ConsecutiveStages.Run(replicas.Writes ? title => ConsoleProgress.Start(title) : null,
                    stages => AbxRun.Run(own, stages, cancellation));
                if (replicas.Writes)
                    AbxTable.Print(report, parsed.GetValue(json));
            }, cancellation);
        }));
        return command;
    }
}
