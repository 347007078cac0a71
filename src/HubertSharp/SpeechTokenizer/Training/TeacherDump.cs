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
        var mix = LayerMix.Parse(config.Task.TeacherLayer);
        var layer = mix is null ? LayerOf(config.Task, extractor.Layers) : 0;
        if (mix?.Deepest > extractor.Layers)
            throw TokenizerTrainingFaults.TeacherLayer(config.Task.Teacher, config.Task.TeacherLayer, extractor.Layers);
        var identity = ModelIdentity.Of(portable);
        var described = mix is null ? extractor.Describe(layer, identity) : extractor.Describe(mix, identity);
        foreach (var manifest in manifestPaths.Where(path => !IsThere(folder, path, described)))
        {
            notice($"computing the teacher's features of {manifest} ({described})");
            Write(manifest, folder, extractor,
                samples => mix is null ? extractor.Extract(samples, [layer])[0] : extractor.Extract(samples, mix), described, cancellation);
        }
    }

    private static void Write(string manifest, string folder, HubertFeatureExtractor extractor, Func<float[], float[]> compute,
        FeatureDescription described, CancellationToken cancellation)
    {
        var shard = ManifestShard.Open(manifest, FeatureShard.Whole, cancellation);
        int[] lengths = [.. Enumerable.Range(0, shard.Count).Select(i => extractor.Frames(shard.Samples(i)))];
        using var writer = FeatureDumpWriter.Create(folder, shard.Split, FeatureShard.Whole, described, lengths);
        var budget = new SampleBudget(SamplesInWork);
        new UtteranceWork(0, shard.Count, progress: null).Run(threads: 0, TorchRuntime.SingleThreaded, (_, i) =>
        {
            using var share = budget.Take(Math.Min(shard.Samples(i), extractor.ChunkSamples), cancellation);
            writer.Write(i, compute(shard.Read(i, cancellation)), shard.Place(i));
        }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        writer.Complete();
    }

    private static int LayerOf(TokenizerTaskConfig task, int layers) =>
        int.TryParse(task.TeacherLayer, out var layer) && layer >= 1 && layer <= layers ? layer
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
