using System.CommandLine;
using HubertSharp.Cli.Verbs;
using HubertSharp.Clustering;
using HubertSharp.Features;
using HubertSharp.Runs.Files;

namespace HubertSharp.Cli.Benchmarks;

/// <summary><c>hubert bench kmeans</c>.</summary>
internal static class BenchKMeansVerb
{
    public static Command Create()
    {
        var features = new Option<string?>("--features") { Description = "Folder of a dump; without one, made-up frames." };
        var split = KMeansVerb.Split();
        var frames = new Option<int>("--frames") { Description = "Made-up frames.", DefaultValueFactory = _ => 300_000 };
        var dimensions = new Option<int>("--dimensions") { Description = "Numbers per made-up frame.", DefaultValueFactory = _ => 39 };
        var clusters = new Option<int>("--clusters") { Description = "Number of clusters.", DefaultValueFactory = _ => 100 };
        var seed = new Option<long>("--seed") { Description = "Seed of the fit." };
        var threads = KMeansVerb.Threads();
        var repeat = BenchVerb.Repeat();
        var json = BenchVerb.Json();
        var command = new Command("kmeans", "Fit k-means with the settings of 'hubert kmeans fit', reading the features included.")
        {
            features, split, frames, dimensions, clusters, seed, threads, repeat, json,
        };
        command.WithExample("hubert bench kmeans --features features/mfcc --split train --clusters 100");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var dumpFolder = parsed.GetValue(features);
            if (dumpFolder is null)
            {
                BenchFaults.Check("--dimensions", parsed.GetValue(dimensions), 1, 100_000);
                BenchFaults.Check("--clusters", parsed.GetValue(clusters), 1, 1_000_000);
                BenchFaults.Check("--frames", parsed.GetValue(frames), parsed.GetValue(clusters), int.MaxValue, ", as many as clusters");
            }
            using var work = WorkFolder.Temporary("bench");
            var folder = work.FullName;
            if (dumpFolder is null)
                MakeUp(dumpFolder = folder, parsed.GetValue(split)!, parsed.GetValue(frames), parsed.GetValue(dimensions));
            var options = new KMeansOptions
            {
                Clusters = parsed.GetValue(clusters),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
            };
            BenchReport.Measure("kmeans", parsed.GetValue(repeat), options.Threads,
                () =>
                {
                    using var dump = FeatureDumpReader.Open(dumpFolder, parsed.GetValue(split)!);
                    return (Fit: KMeansTrainer.Fit(dump, dumpFolder, options, cancellation: cancellation), dump.Dimensions);
                },
                result => result.Fit.Frames,
                (report, result) => report with
                {
                    Clusters = result.Fit.Clusters,
                    Dimensions = result.Dimensions,
                    InertiaPerFrame = result.Fit.InertiaPerFrame,
                }).Print(parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }

    /// <summary>Frames that wander between random places, as speech does, in utterances of 300.</summary>
    private static void MakeUp(string folder, string split, int frames, int dimensions)
    {
        const int perUtterance = 300;
        var random = new Random(1);
        var description = new FeatureDescription { Kind = "made-up", Dimensions = dimensions, FrameRate = 100 };
        using var writer = FeatureDumpWriter.Create(folder, split, FeatureShard.Whole, description);
        var (target, state) = (new float[dimensions], new float[dimensions]);
        for (var done = 0; done < frames; done += perUtterance)
        {
            var block = new float[Math.Min(perUtterance, frames - done) * dimensions];
            for (var i = 0; i < block.Length; i++)
            {
                var d = i % dimensions;
                if (d == 0 && random.Next(10) == 0)
                    target = [.. target.Select(_ => (random.NextSingle() - 0.5f) * 40)];
                state[d] += ((target[d] - state[d]) * 0.3f) + ((random.NextSingle() - 0.5f) * 4);
                block[i] = state[d];
            }
            writer.Append(block, "made-up frames");
        }
        writer.Complete();
    }
}
