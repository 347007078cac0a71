using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Tensors;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>Computes a teacher's features once and keeps them as a dump, which the same command finds again.</summary>
internal static class TeacherDump
{
    /// <param name="config">Names the teacher.</param>
    /// <param name="manifestPaths">Of the splits.</param>
    /// <param name="folder">Of the dump.</param>
    /// <param name="notice">Told what is computed.</param>
    /// <param name="cancellation">Ends between two utterances.</param>
    /// <exception cref="UserException">No such model or layer, damaged audio, or a full disk.</exception>
    public static void Ensure(TokenizerTrainingConfig config, IReadOnlyList<string> manifestPaths, string folder, Action<string> notice,
        CancellationToken cancellation)
    {
        using var teacher = TeacherExtractor.Open(config);
        foreach (var manifest in manifestPaths.Where(path => !IsThere(folder, path, teacher.Description)))
        {
            notice($"computing the teacher's features of {manifest} ({teacher.Description})");
            Write(manifest, folder, teacher, cancellation);
        }
    }

    private static void Write(string manifest, string folder, TeacherExtractor teacher, CancellationToken cancellation)
    {
        var split = ManifestShard.Open(manifest, FeatureShard.Whole, cancellation);
        using var writer = FeatureDumpWriter.Create(folder, split.Split, FeatureShard.Whole, teacher.Description, teacher.Frames(split));
        new UtteranceWork(0, split.Count, progress: null).Run(threads: 0, TorchRuntime.SingleThreaded,
            (_, i) => writer.Write(i, teacher.Compute(split, i, cancellation), split.Place(i)), cancellation);
        cancellation.ThrowIfCancellationRequested();
        writer.Complete();
    }

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
