using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>Computes a teacher's features once and keeps them as a dump, which the same command finds again.</summary>
internal static class TeacherDump
{
    private const long SamplesInWork = 1_600_000;

    /// <summary>What the mean of all hidden states is called.</summary>
    private const string Mean = "mean of all hidden states";

    /// <param name="config">Names the teacher.</param>
    /// <param name="manifestPaths">Of the splits.</param>
    /// <param name="folder">Of the dump.</param>
    /// <param name="notice">Told what is computed.</param>
    /// <param name="cancellation">Ends between two utterances.</param>
    /// <exception cref="UserException">No such model or layer, damaged audio, or a full disk.</exception>
    public static void Ensure(TokenizerTrainingConfig config, IReadOnlyList<string> manifestPaths, string folder, Action<string> notice,
        CancellationToken cancellation)
    {
        if (config.Task.Teacher == TokenizerTaskConfig.Mfcc)
        {
            foreach (var manifest in manifestPaths.Where(path => !IsThere(folder, path, AcousticSettings.Mfcc.Description)))
            {
                notice($"computing MFCCs of {manifest}");
                AcousticDump.Run(new AcousticDumpOptions { ManifestPath = manifest, OutputFolder = folder }, cancellation: cancellation);
            }
            return;
        }
        var portable = ModelReader.Read(config.Task.Teacher);
        var precision = PrecisionChoice.OnProcessor(config.Common);
        using var model = portable.Build(precision);
        var extractor = new HubertFeatureExtractor(model);
        var layer = LayerOf(config.Task, extractor.Layers);
        var described = extractor.Describe(layer ?? 0, ModelIdentity.Of(portable));
        if (layer is null)
            described = described with { Layer = null, Convention = Mean };
        foreach (var manifest in manifestPaths.Where(path => !IsThere(folder, path, described)))
        {
            notice($"computing the teacher's features of {manifest} ({described})");
            Write(manifest, folder, extractor, layer, described, cancellation);
        }
    }

    private static void Write(string manifest, string folder, HubertFeatureExtractor extractor, int? layer, FeatureDescription described,
        CancellationToken cancellation)
    {
        var shard = ManifestShard.Open(manifest, FeatureShard.Whole, cancellation);
        int[] lengths = [.. Enumerable.Range(0, shard.Count).Select(i => extractor.Frames(shard.Samples(i)))];
        using var writer = FeatureDumpWriter.Create(folder, shard.Split, FeatureShard.Whole, described, lengths);
        var budget = new SampleBudget(SamplesInWork);
        new UtteranceWork(0, shard.Count, progress: null).Run(threads: 0, TorchRuntime.SingleThreaded, (_, i) =>
        {
            using var share = budget.Take(Math.Min(shard.Samples(i), extractor.ChunkSamples), cancellation);
            var samples = shard.Read(i, cancellation);
            writer.Write(i, layer is { } one ? extractor.Extract(samples, [one])[0] : MeanOf(extractor.HiddenStates(samples)),
                shard.Place(i));
        }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        writer.Complete();
    }

    private static float[] MeanOf(IReadOnlyList<float[]> states)
    {
        var mean = new float[states[0].Length];
        foreach (var state in states)
        {
            for (var i = 0; i < mean.Length; i++)
                mean[i] += state[i];
        }
        for (var i = 0; i < mean.Length; i++)
            mean[i] /= states.Count;
        return mean;
    }

    private static int? LayerOf(TokenizerTaskConfig task, int layers) =>
        task.TeacherLayer == TokenizerTaskConfig.AllLayers ? null
        : int.TryParse(task.TeacherLayer, out var layer) && layer >= 1 && layer <= layers ? layer
        : throw TokenizerTrainingFaults.TeacherLayer(task.Teacher, task.TeacherLayer, layers);

    private static bool IsThere(string folder, string manifest, FeatureDescription wanted)
    {
        try
        {
            using var dump = FeatureDumpReader.Open(folder, Path.GetFileNameWithoutExtension(manifest));
            return dump.Description?.DifferenceFrom(wanted) is null && dump.Description is not null
                && dump.Utterances == Runs.Manifests.Manifest.Read(manifest).Entries.Count;
        }
        catch (UserException)
        {
            return false; // none, or one that a kill cut short
        }
    }
}
