using System.Globalization;
using HubertSharp.Audio;
using HubertSharp.Corpora.Formats;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora.Splitting;

/// <summary>
/// Cuts recordings of any length into utterances at their pauses. Each is read twice, front to back: once for its energy, once for its
/// pieces; nobody holds more than a piece and a byte for 10 ms. The same recordings and bounds give the same pieces, so that a run that
/// was stopped goes on where it was.
/// </summary>
public static class LongRecordings
{
    /// <exception cref="UserException">Bounds that cannot be, no recordings, none with speech, or a disk that cannot be
    /// written.</exception>
    public static SplitLongReport Split(
        SplitLongOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var (least, most, pause) = Bounds(options);
        var (name, root, files) = Find(options, cancellation);
        var manifestPath = Path.Combine(options.Output, $"{name}.tsv");
        WritableFolder.Check(options.Output, manifestPath);
        var found = new (PausePlan? Plan, long LengthSamples, string? Fault)[files.Count];
        var done = new StageCounter(progress, files.Count, "recordings");
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, files.Count, parallel, i =>
        {
            found[i] = Plan(Path.Combine(root, files[i].RelativePath), least, most, pause, cancellation);
            done.Add();
        });
        var pieces = Pieces(root, files, [.. found.Select(f => f.Plan)]);
        string?[] faults = [];
        if (pieces.Count > 0)
            faults = [.. PieceCutter.Cut(options.Output, [.. pieces.Select(p => p.Piece)], progress, cancellation).Faults];
        (string, string)[] skipped =
        [
            .. files.Zip(found).Where(f => f.Second.Fault is not null).Select(f => (f.First.RelativePath, f.Second.Fault!)),
            .. pieces.Zip(faults).Where(p => p.Second is not null).Select(p => (p.First.Piece.RelativePath, p.Second!)),
        ];
        var entries = pieces.Where((_, i) => faults[i] is null)
            .Select(p => new ManifestEntry(p.Piece.RelativePath, p.LengthSamples, options.Language ?? files[p.Recording].Language))
            .OrderBy(e => e.RelativePath, StringComparer.Ordinal).ToArray();
        if (entries.Length == 0)
            throw CorpusFaults.NothingReadable(options.Recordings, skipped.Length, skipped[0].Item2);
        // a relative root: the folder may be moved
        ListFile.Write(manifestPath, new Manifest(CorpusFolder.Audio, entries).Lines());
        ListFile.Write(Path.Combine(options.Output, "skipped.tsv"),
            skipped.Select(s => $"{CorpusFaults.NameOf(s.Item1)}\t{s.Item2}\n"));
        var plans = found.Where(f => f.Plan is not null).ToArray();
        return new SplitLongReport(manifestPath, plans.Length, entries.Length, Seconds(plans.Sum(f => f.LengthSamples)),
            Seconds(entries.Sum(e => e.LengthSamples)),
            plans.Sum(f => (long)f.Plan!.ShortFrames) / (double)EnergyTrack.FramesPerSecond, plans.Sum(f => f.Plan!.CutInSpeech), skipped);
    }

    private static double Seconds(long samples) => samples / (double)AudioFile.SampleRate;

    private static (int Least, int Most, int Pause) Bounds(SplitLongOptions options)
    {
        if (options.MinSeconds is not (>= 0.1 and <= 60))
            throw SplitLongFaults.Bound("--min-seconds", "0.1 to 60", options.MinSeconds);
        if (!(options.MaxSeconds >= 2 * options.MinSeconds && options.MaxSeconds is >= 1 and <= 600))
            throw SplitLongFaults.Bound("--max-seconds", $"1 to 600, at least twice --min-seconds {options.MinSeconds:0.##}",
                options.MaxSeconds);
        if (options.PauseSeconds is not (>= 0.05 and <= 10))
            throw SplitLongFaults.Bound("--pause-seconds", "0.05 to 10", options.PauseSeconds);
        static int Frames(double seconds) => (int)Math.Round(seconds * EnergyTrack.FramesPerSecond);
        return (Frames(options.MinSeconds), Frames(options.MaxSeconds), Frames(options.PauseSeconds));
    }

    private static (string Name, string Root, IReadOnlyList<ManifestEntry> Files) Find(
        SplitLongOptions options, CancellationToken cancellation)
    {
        var path = options.Recordings;
        if (path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase))
        {
            var manifest = Manifest.Read(path, cancellation: cancellation);
            return (Path.GetFileNameWithoutExtension(path), manifest.Root, manifest.Entries);
        }
        if (File.Exists(path))
            return ("train", Path.GetDirectoryName(Path.GetFullPath(path))!, [new ManifestEntry(Path.GetFileName(path), 1)]);
        if (!Directory.Exists(path))
            throw CorpusFaults.NoFolder(path);
        var endings = new ManifestOptions { Folder = "", Output = "" }.Extensions;
        var (root, made) = (Path.GetFullPath(path), Path.GetFullPath(Path.Combine(options.Output, CorpusFolder.Audio)));
        var files = SpeechFolder.Find(root, name => SpeechFolder.HasEnding(name, endings), cancellation)
            .Where(file => !RealPath.IsBelow(Path.Combine(root, file), made)) // pieces of an earlier run are no recordings
            .Select(file => new ManifestEntry(file, 1)).ToArray();
        return files.Length > 0 ? ("train", root, files)
            : throw CorpusFaults.NoAudioFound(path, string.Join(", ", endings.Select(e => "." + e)));
    }

    private static (PausePlan?, long, string?) Plan(string path, int least, int most, int pause, CancellationToken cancellation)
    {
        try
        {
            if (path.Any(char.IsControl))
                throw CorpusFaults.OddName(path);
            var (levels, length) = EnergyTrack.Of(path, cancellation);
            var plan = PausePlan.Of(levels, least, most, pause);
            return plan.Pieces.Count > 0 ? (plan, length, null) : (null, length, SplitLongFaults.NoSpeech);
        }
        catch (UserException e) when (e.InnerException is not DllNotFoundException) // a missing library is no fault of the file
        {
            return (null, 0, e.Message);
        }
    }

    // named by recording and start, so that a piece keeps its name whatever the others are
    private static List<(int Recording, SpeechPiece Piece, long LengthSamples)> Pieces(
        string root, IReadOnlyList<ManifestEntry> files, PausePlan?[] plans)
    {
        var (pieces, names) = (new List<(int, SpeechPiece, long)>(), new PieceNames());
        for (var i = 0; i < files.Count; i++)
        {
            var folder = names.Take(Path.ChangeExtension(files[i].RelativePath, null), "");
            foreach (var (start, end) in plans[i]?.Pieces ?? [])
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{folder}/{Path.GetFileName(folder)}_{start:0000000}.flac");
                pieces.Add((i, new SpeechPiece(name, Path.Combine(root, files[i].RelativePath), start / (double)EnergyTrack.FramesPerSecond,
                    end / (double)EnergyTrack.FramesPerSecond), (long)(end - start) * EnergyTrack.FrameSamples));
            }
        }
        return pieces;
    }
}
