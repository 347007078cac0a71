using System.Text;
using HubertSharp.Audio;
using HubertSharp.Distributed;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>Where a training's recordings and features lie; what is not there yet is made in the run folder.</summary>
/// <param name="Train">The manifest.</param>
/// <param name="Valid">The manifest; null for none.</param>
/// <param name="Features">Folder of both splits' features; null for none, and where they are computed as recordings are read.</param>
internal sealed record TokenizerSources(string Train, string? Valid, string? Features)
{
    private const string FeatureFolder = "teacher", ListFolder = "lists";

    /// <summary>Finds manifests, or makes them of lists, and sees that the teacher's features are there.</summary>
    /// <param name="config">Names them.</param>
    /// <param name="run">Where they are made.</param>
    /// <param name="notice">Told what is computed.</param>
    /// <param name="cancellation">Ends between two recordings.</param>
    /// <exception cref="UserException">Nothing there, or nothing to learn from.</exception>
    public static TokenizerSources Find(
        TokenizerTrainingConfig config, RunFolder run, Action<string> notice, CancellationToken cancellation)
    {
        var (task, dataset) = (config.Task, config.Dataset);
        var computed = Path.Combine(run.Path, FeatureFolder);
        if (task.Data is { } data)
        {
            string[] manifests =
            [
                Path.Combine(data, $"{dataset.TrainSubset}.tsv"),
                .. dataset.DisableValidation ? (string[])[] : [Path.Combine(data, $"{dataset.ValidSubset}.tsv")],
            ];
            return Of(manifests, Ensure(config, manifests, computed, notice, cancellation));
        }
        string[] lists = dataset.DisableValidation ? [task.TrainFiles!] : [task.TrainFiles!, task.ValidFiles!];
        string[] names = [dataset.TrainSubset, dataset.ValidSubset];
        var given = new List<bool>();
        foreach (var (list, name) in lists.Zip(names))
            given.Add(Make(list, name, Path.Combine(run.Path, ListFolder), computed, config, cancellation));
        string[] made = [.. names.Take(lists.Length).Select(name => Path.Combine(run.Path, ListFolder, $"{name}.tsv"))];
        if (given.TrueForAll(has => has) && !task.CacheTeacher)
            throw TokenizerTrainingFaults.GivenFeatures(lists[0]);
        return Of(made, given.TrueForAll(has => has) ? computed : Ensure(config, made, computed, notice, cancellation));
    }

    /// <summary>The same for several processes: the first one makes what is not there, and the others wait for it.</summary>
    /// <exception cref="UserException">As of <see cref="Find"/>.</exception>
    public static TokenizerSources OfFirst(
        TokenizerTrainingConfig config, RunFolder run, Replicas replicas, Action<string> notice, CancellationToken cancellation)
    {
        replicas.Doing("does for all: computes the teacher's features", 0);
        var mine = replicas.Writes ? Find(config, run, notice, cancellation) : null;
        var features = Encoding.UTF8.GetString(replicas.Gather(Encoding.UTF8.GetBytes(mine?.Features ?? ""))[0]);
        replicas.Doing("begins", 0);
        string Manifest(string split) =>
            Path.Combine(config.Task.Data ?? Path.Combine(run.Path, ListFolder), $"{split}.tsv"); // each machine may have its own
        return mine ?? new TokenizerSources(Manifest(config.Dataset.TrainSubset),
            config.Dataset.DisableValidation ? null : Manifest(config.Dataset.ValidSubset), features.Length > 0 ? features : null);
    }

    /// <summary>Who computes the features as recordings are read; null where they lie in a folder, or nobody teaches.</summary>
    /// <exception cref="UserException">No such model or layer.</exception>
    public TeacherExtractor? Extractor(TokenizerTrainingConfig config) =>
        Features is null && config.Criterion.DistillLossLambda != 0 && config.Task.HasTeacher() ? TeacherExtractor.Open(config) : null;

    /// <summary>The features of a split; null where there is nothing to learn from a teacher.</summary>
    /// <param name="manifestPath">Of the split.</param>
    /// <param name="manifest">Its recordings.</param>
    /// <param name="extractor">Of <see cref="Extractor"/>; it stays the caller's.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="notice">Told of a rate that does not fit when nothing is checked.</param>
    /// <exception cref="UserException">None there, of other recordings, or of a rate or width that does not fit.</exception>
    public TeacherFeatures? Teacher(string manifestPath, Manifest manifest, TeacherExtractor? extractor, TokenizerTrainingConfig config,
        Action<string> notice)
    {
        ITeacherFrames? frames = extractor is not null
            ? new ComputedTeacherFrames(extractor, ManifestShard.Whole(manifestPath, manifest))
            : Features is not null ? DumpedTeacherFrames.Open(Features, manifestPath, manifest) : null;
        if (frames is null)
            return null;
        var teacher = TeacherFeatures.Of(
            frames, manifest, (double)config.Task.SampleRate / config.Model.Hop(), !config.Task.IsReleased(), notice);
        if (config.Model.SemanticDimension is not { } width || width == teacher.Dimensions)
            return teacher;
        teacher.Dispose();
        throw TokenizerTrainingFaults.TeacherWidth(frames.Place, teacher.Dimensions, width);
    }

    private static TokenizerSources Of(string[] manifests, string? features) =>
        new(manifests[0], manifests.ElementAtOrDefault(1), features);

    private static string? Ensure(TokenizerTrainingConfig config, string[] manifests, string folder, Action<string> notice,
        CancellationToken cancellation)
    {
        if (config.Criterion.DistillLossLambda == 0)
            return null;
        if (config.Task.FeatureDir is { } given)
            return given;
        if (!config.Task.HasTeacher())
        {
            notice("no teacher (task.teacher=none): the first quantiser learns sound like the others, and the distillation counts nothing");
            return null;
        }
        if (!config.Task.CacheTeacher)
        {
            notice("the teacher's features are computed as recordings are read (task.cache_teacher=false)");
            return null;
        }
        TeacherDump.Ensure(config, manifests, folder, notice, cancellation);
        return folder;
    }

    /// <summary>A manifest of a list, and a dump of the features that it names.</summary>
    /// <returns>Whether it names features.</returns>
    private static bool Make(string list, string split, string folder, string features, TokenizerTrainingConfig config,
        CancellationToken cancellation)
    {
        var root = Path.GetDirectoryName(Path.GetFullPath(list))!;
        List<string[]> lines = [.. RegularFile.ReadLines(list).Select(line => line.Trim().Split('\t')).Where(line => line[0].Length > 0)];
        if (lines.Count == 0)
            throw TokenizerTrainingFaults.Empty(list);
        if (lines.FindIndex(line => line.Length != lines[0].Length || line.Length > 2) is >= 0 and var other)
            throw TokenizerTrainingFaults.ListLine(list, other + 1, $"{Counted.Of(lines[other].Length, "column")}");
        var paths = lines.Select(line => Path.GetFullPath(line[0], root)).ToList();
        DiskSync.CreateFolder(folder);
        var manifest = new Manifest("/", [.. paths.Select(path =>
        {
            cancellation.ThrowIfCancellationRequested();
            return new ManifestEntry(path.TrimStart('/'), AudioFile.Probe(path, cancellation).LengthSamples16k, null);
        })]);
        var (place, text) = (Path.Combine(folder, $"{split}.tsv"), manifest.Text());
        if (File.Exists(place) && RegularFile.ReadAllText(place, long.MaxValue) != text)
            Owned.MoveAside(place);
        AtomicFile.WriteAllText(place, text);
        if (lines[0].Length < 2)
            return false;
        var files = lines.Zip(manifest.Entries, (line, entry) => (Path.GetFullPath(line[1], root), entry.LengthSamples)).ToList();
        var listed = new ListedFeatures(files, config, cancellation);
        // what such files hold nobody says: without a description the rate is measured
        using var writer = FeatureDumpWriter.Create(features, split, FeatureShard.Whole,
            new FeatureDescription { Kind = "hubert", Dimensions = listed.Width, FrameRate = 0 });
        listed.Write(writer, cancellation);
        writer.Complete();
        return true;
    }
}
