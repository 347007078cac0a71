using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Features.Hubert;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert features hubert</c>.</summary>
internal static class HubertFeaturesVerb
{
    public static Command Create()
    {
        var (manifest, output) = (FeatureOptions.Manifest(), FeatureOptions.Output());
        var model = new Option<string>("--model")
        {
            Description = "Checkpoint or run folder, fairseq .pt, or Hugging Face folder.",
            Required = true,
        };
        var layer = new Option<int[]>("--layer")
        {
            Description = "Transformer layer, counted from 1 as fairseq does; several go to OUT/layer_N.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var chunk = new Option<double>("--chunk-seconds")
        {
            Description = "Longest stretch that the model sees at once.",
            DefaultValueFactory = _ => (double)HubertFeatureExtractor.DefaultChunkSamples / Audio.AudioFile.SampleRate,
        };
        var (shard, threads) = (FeatureOptions.Shard(), FeatureOptions.Threads());
        var share = new ProcessArguments();
        var precision = ModelOptions.Precision();
        var device = ModelOptions.Device();
        var convention = ModelOptions.Convention();
        var command = new Command("hubert", "Hidden layers of a HuBERT model, 50 times a second (dump_hubert_feature.py).")
        {
            manifest, output, model, layer, chunk, shard, threads, precision, device, convention, share.Processes,
        };
        command.WithExample("hubert features hubert --manifest data/train.tsv --out features/layer6 --model runs/it1 --layer 6");
        command.WithExample(
            "hubert features hubert --manifest data/train.tsv --out features/layer6 --model runs/it1 --layer 6 --nproc 4");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            return share.Run(parsed, parsed.GetValue(output)!, replicas =>
            {
                using var progress = ConsoleProgress.Start(replicas, "HuBERT features", "files");
                var options = new HubertDumpOptions
                {
                    ManifestPath = parsed.GetValue(manifest)!,
                    OutputFolder = parsed.GetValue(output)!,
                    ModelPath = parsed.GetValue(model)!,
                    Layers = [.. parsed.GetValue(layer)!.Distinct()],
                    ChunkSeconds = parsed.GetValue(chunk),
                    Shard = parsed.GetValue(shard),
                    Replicas = replicas,
                    Threads = parsed.GetValue(threads),
                    Convention = ModelOptions.ConventionOf(parsed.GetValue(convention)),
                    Device = parsed.GetValue(device)!,
                    Precision = ModelOptions.PrecisionOf(parsed.GetValue(precision)),
                };
                HubertDump.Run(options, progress, cancellation);
            }, cancellation);
        }));
        return command;
    }
}
