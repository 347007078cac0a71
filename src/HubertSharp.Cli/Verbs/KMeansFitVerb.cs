using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert kmeans fit</c>.</summary>
internal static class KMeansFitVerb
{
    public static Command Create()
    {
        var defaults = new KMeansOptions { Clusters = 1 };
        var features = KMeansVerb.Features();
        var split = KMeansVerb.Split();
        var clusters = new Option<int>("--clusters", "-k")
        {
            Description = "Number of clusters: 100 for MFCC, 500 for a hidden layer.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "The model's file (safetensors).", Required = true };
        var seed = new Option<long>("--seed")
        {
            Description = "The same seed gives the same bits.",
            DefaultValueFactory = _ => defaults.Seed,
        };
        var starts = new Option<int>("--starts")
        {
            Description = "k-means++ starts, of which the best goes on.",
            DefaultValueFactory = _ => defaults.Starts,
        };
        var polish = new Option<int>("--polish")
        {
            Description = "Most full iterations of each start on the sample.",
            DefaultValueFactory = _ => defaults.Polish,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Frames of a mini-batch; the sample has three times as many.",
            DefaultValueFactory = _ => defaults.BatchSize,
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "Most passes over the data in mini-batches.",
            DefaultValueFactory = _ => defaults.MaxEpochs,
        };
        var patience = new Option<int>("--patience")
        {
            Description = "Mini-batches without improvement after which they end.",
            DefaultValueFactory = _ => defaults.MaxNoImprovement,
        };
        var lloyd = new Option<int>("--lloyd")
        {
            Description = "Most full iterations over all frames at the end.",
            DefaultValueFactory = _ => defaults.Lloyd,
        };
        var percent = new Option<double>("--percent")
        {
            Description = "Fraction of the utterances to use, above 0 to 1 (fairseq's -1 also means all).",
            DefaultValueFactory = _ => 1,
        };
        var memory = new Option<double>("--memory")
        {
            Description = "GiB of frames to hold; more data than that flows through.",
            DefaultValueFactory = _ => 2,
        };
        var (threads, share) = (KMeansVerb.Threads(), new ProcessArguments());
        var command = new Command("fit", "Fit k-means to a dump of any size (learn_kmeans.py) and print the inertia per frame.")
        {
            features, split, clusters, output, seed, starts, polish, batch, epochs, patience, lloyd, percent, memory, threads,
            share.Processes,
        };
        command.WithExample("hubert kmeans fit --features features/mfcc --split train --clusters 100 --out km.safetensors --lloyd 20");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var place = parsed.GetValue(output)!;
            return share.Run(parsed, Path.GetDirectoryName(Path.GetFullPath(place))!, replicas =>
            {
                var options = new KMeansOptions
                {
                    Clusters = parsed.GetValue(clusters),
                    Seed = parsed.GetValue(seed),
                    Starts = parsed.GetValue(starts),
                    Polish = parsed.GetValue(polish),
                    BatchSize = parsed.GetValue(batch),
                    MaxEpochs = parsed.GetValue(epochs),
                    MaxNoImprovement = parsed.GetValue(patience),
                    Lloyd = parsed.GetValue(lloyd),
                    Percent = parsed.GetValue(percent) is -1 ? 1 : parsed.GetValue(percent),
                    MemoryBytes = (long)Math.Clamp(parsed.GetValue(memory) * (1L << 30), 0, 1L << 60),
                    Threads = parsed.GetValue(threads),
                    Replicas = replicas,
                };
                Fit(parsed.GetValue(features)!, parsed.GetValue(split)!, options, place, cancellation);
            }, cancellation);
        }));
        return command;
    }

    private static void Fit(string folder, string split, KMeansOptions options, string place, CancellationToken cancellation)
    {
        KMeansModel.CheckPlace(place);
        using var dump = FeatureDumpReader.Open(folder, split);
        KMeansFit fit;
        using (var progress = ConsoleProgress.Start(options.Replicas, "k-means"))
            fit = KMeansTrainer.Fit(dump, folder, options, progress, cancellation);
        if (!options.Replicas.Writes)
            return;
        KMeansModel.From(fit, options, dump.Dimensions, dump.Description).Save(place);
        if (fit.EmptyClusters > 0)
            Console.Error.WriteLine($"{fit.EmptyClusters} of {fit.Clusters} clusters hold no frame: ask for fewer, or fit on more audio");
        Console.WriteLine($"{fit.InertiaPerFrame:0.####} inertia per frame, {Counted.Of(fit.Clusters, "cluster")}, "
            + $"{Counted.Of(fit.Frames, "frame")}, {Iterations(fit)}");
    }

    /// <summary>How the centroids came about: a small dump fits into the starts and needs nothing after them.</summary>
    internal static string Iterations(KMeansFit fit) => fit.SettledInStarts switch
    {
        true => "converged in the starts, which had all frames",
        false => "not converged in the starts, which had all frames",
        null => $"{fit.MiniBatches} mini-batch{(fit.MiniBatches == 1 ? "" : "es")}, {Counted.Of(fit.LloydIterations, "full iteration")}",
    };
}
