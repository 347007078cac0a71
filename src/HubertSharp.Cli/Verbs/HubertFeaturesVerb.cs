using System.CommandLine;
using System.Globalization;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Features.Hubert;
using HubertSharp.Runs.Configuration.Tokenizers;

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
        var layer = new Option<string[]>("--layer")
        {
            Description = "Transformer layer, counted from 1 as fairseq does; several go to OUT/layer_N. Or avg, the mean of all hidden "
                + "states, or a sum of them such as 4:0.5,6:0.5, where 0 is what the first layer is given. Both take them as transformers "
                + "does: the last one of pre-LN models is normalised.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        layer.Validators.Add(result =>
        {
            var words = result.Tokens.Select(token => token.Value).ToList();
            if (words.Find(word => !IsNumber(word) && (LayerMix.Parse(word) is null || words.Count > 1)) is { } wrong)
                result.AddError($"--layer takes layers from 1, or {LayerMix.All} or LAYER:WEIGHT,LAYER:WEIGHT alone, not '{wrong}'");
        });
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
        command.WithExample("hubert features hubert --manifest data/train.tsv --out features/avg --model runs/it1 --layer avg");
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
                    Layers = [.. parsed.GetValue(layer)!.Where(IsNumber)
                        .Select(number => int.Parse(number, CultureInfo.InvariantCulture)).Distinct()],
                    Mix = parsed.GetValue(layer) is [var word] ? LayerMix.Parse(word) : null,
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

    private static bool IsNumber(string word) => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
