using System.Diagnostics;
using HubertSharp.Distributed;
using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.Features.Hubert;

/// <summary>
/// Computes hidden layers of a HuBERT model for a manifest and dumps them. Each core decodes and computes one utterance after the
/// other and writes it at its place, which the manifest's sample counts tell beforehand.
/// </summary>
public static class HubertDump
{
    /// <summary>Samples that are in work at once, over all cores: the front end takes about 2 KiB for each, in float32.</summary>
    private const long SamplesInWork = 1_600_000;

    /// <exception cref="UserException">A bad manifest, checkpoint or layer, damaged or missing audio (with the manifest's line), or a full
    /// disk.</exception>
    public static HubertDumpResult Run(
        HubertDumpOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var shard = ManifestShard.Open(options.ManifestPath, options.Shard, cancellation);
        var (model, hash) = Open(options);
        using var owned = model;
        var extractor = Extractor(model, options);
        var lengths = shard.Frames(samples => extractor.Frames(samples), extractor.LeastSamples);

        var writers = new List<FeatureDumpWriter>();
        try
        {
            IReadOnlyList<(string Folder, FeatureDescription Features)> dumps = options.Mix is { } mixed
                ? [(options.OutputFolder, extractor.Describe(mixed, hash))]
                : [.. options.Layers.Select(layer =>
                    (FolderOf(options.OutputFolder, options.Layers, layer), extractor.Describe(layer, hash)))];
            foreach (var (folder, features) in options.Replicas.Writes ? dumps : [])
                writers.Add(FeatureDumpWriter.Create(folder, shard.Split, options.Shard, features, lengths));
            var budget = new SampleBudget(SamplesInWork);
            var work = new DumpWork(shard, lengths, extractor.Dimensions, writers, options.Replicas);
            work.Run(options.Threads, dumps.Count, TorchRuntime.SingleThreaded, (_, i) =>
            {
                using var share = budget.Take(Math.Min(shard.Samples(i), extractor.ChunkSamples), cancellation);
                var samples = shard.Read(i, cancellation);
                return options.Mix is { } mix ? [extractor.Extract(samples, mix)] : extractor.Extract(samples, options.Layers);
            }, progress, cancellation);
            options.Replicas.Doing(RankReport.Alone + "the writing of the features", 0);
            writers.ForEach(writer => writer.Complete());
            return new HubertDumpResult(shard.Count, lengths.Sum(l => (long)l), extractor.Dimensions,
                (double)shard.TotalSamples / model.Task.SampleRate, clock.Elapsed);
        }
        finally
        {
            writers.ForEach(writer => writer.Dispose());
        }
    }

    /// <summary>Where a layer's dump goes: the output folder itself, or <c>layer_N</c> of it where several are dumped.</summary>
    public static string FolderOf(string outputFolder, IReadOnlyList<int> layers, int layer) =>
        layers.Count == 1 ? outputFolder : Path.Combine(outputFolder, $"layer_{layer}");

    private static (HubertModel Model, string Hash) Open(HubertDumpOptions options)
    {
        var portable = ModelReader.Read(options.ModelPath);
        var model = portable.Build(options.Precision, PrecisionChoice.Device(options.Device));
        if (options.UntrainedSeed is not { } seed)
            return (model, ModelIdentity.Of(portable));
        model.Initialise(seed);
        return (model, $"untrained-{seed}-{ModelIdentity.Of(portable)}");
    }

    private static HubertFeatureExtractor Extractor(HubertModel model, HubertDumpOptions options)
    {
        foreach (var layer in options.Layers)
        {
            if (layer < 1 || layer > model.Config.EncoderLayers)
                throw HubertFeatureFaults.NoSuchLayer(options.ModelPath, layer, model.Config.EncoderLayers);
        }
        if (options.Mix is { } mix && mix.Deepest > model.Config.EncoderLayers)
            throw HubertFeatureFaults.NoSuchLayer(options.ModelPath, mix.Deepest, model.Config.EncoderLayers);
        var chunk = options.ChunkSeconds * model.Task.SampleRate;
        return chunk is >= 1 and < int.MaxValue && model.Alignment.Frames((int)chunk) > 0
            ? new HubertFeatureExtractor(model, (int)chunk, options.Convention)
            : throw HubertFeatureFaults.Chunk(options.ChunkSeconds);
    }
}
