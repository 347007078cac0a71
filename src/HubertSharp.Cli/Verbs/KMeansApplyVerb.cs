using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert kmeans apply</c>.</summary>
internal static class KMeansApplyVerb
{
    public static Command Create()
    {
        var features = KMeansVerb.Features();
        var split = KMeansVerb.Split();
        var model = new Option<string>("--model")
        {
            Description = "Ours (safetensors), fairseq's km.joblib, or centroids in .npy or a flat faiss index.",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The label file, such as train.km; dict.km.txt comes beside it.",
            Required = true,
        };
        var (threads, share) = (KMeansVerb.Threads(), new ProcessArguments());
        var command = new Command("apply",
            "Label the frames of a dump with their nearest centroids (dump_km_label.py) and write the dictionary.")
        {
            features, split, model, output, threads, share.Processes,
        };
        command.WithExample("hubert kmeans apply --features features/mfcc --split train --model km.safetensors --out labels/train.km");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var place = parsed.GetValue(output)!;
            return share.Run(parsed, Path.GetDirectoryName(Path.GetFullPath(place))!, replicas =>
            {
                var (folder, path) = (parsed.GetValue(features)!, parsed.GetValue(model)!);
                var loaded = KMeansModel.Load(path);
                using var dump = FeatureDumpReader.Open(folder, parsed.GetValue(split)!);
                if (loaded.CheckFits(path, dump.Description, dump.Dimensions, folder) is { } notice && replicas.Writes)
                    Console.Error.WriteLine(notice);
                KMeansLabelling done;
                using (var progress = ConsoleProgress.Start(replicas, "labels"))
                    done = KMeansLabels.Write(dump, loaded, place, parsed.GetValue(threads), replicas, progress, cancellation);
                if (!replicas.Writes)
                    return;
                Console.WriteLine(
                    $"{Counted.Of(done.Utterances, "utterance")}, {Counted.Of(dump.Frames, "label")}, "
                        + $"{done.Counts.Count(c => c > 0)} of {loaded.Clusters} clusters used, "
                        + $"{done.InertiaPerFrame:0.####} inertia per frame");
            }, cancellation);
        }));
        return command;
    }
}
