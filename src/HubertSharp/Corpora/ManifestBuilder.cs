using HubertSharp.Audio;
using HubertSharp.Corpora.Formats;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Corpora;

/// <summary>
/// Makes fairseq manifests of a folder: every file is decoded once, on all cores, so that its length is what reading it gives, and
/// what cannot be used is known before a training starts.
/// </summary>
/// <remarks>
/// fairseq's examples/wav2vec/wav2vec_manifest.py: root on the first line, path TAB length. Deviations: the length is counted at
/// 16 kHz whatever the file's rate; the files are sorted; the share for validation is exact and depends on the seed alone.
/// </remarks>
public static class ManifestBuilder
{
    private const string SkippedFile = "skipped.tsv";

    /// <exception cref="UserException">No folder, no audio, nothing usable, or with <see cref="ManifestOptions.Strict"/> anything
    /// unusable.</exception>
    public static ManifestReport Build(
        ManifestOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var place = SpeechPlace.Of(options.Folder);
        if (options.ValidPercent is not (>= 0 and < 1))
            throw CorpusFaults.ValidPercent(options.ValidPercent);
        if (!SpeechFormats.Names.Contains(options.Format))
            throw CorpusFaults.UnknownFormat(options.Format, SpeechFormats.Names);
        WritableFolder.Check(options.Output, Path.Combine(options.Output, "train.tsv"));
        SpeakerSplit.Expression(options); // a fault in it is told before the files are read
        if (place.Root.Any(char.IsControl))
            throw CorpusFaults.OddName(place.Root);
        var format = options.Format == SpeechFormats.Auto ? SpeechFormats.Detect(place) : options.Format;
        var passedOver = new PassedOver();
        var listing = SpeechFormats.List(format, place, options, passedOver.Add, progress, cancellation);
        var (root, files) = (listing.Root, listing.Files);
        if (files.Count == 0)
            throw listing.LeftOut is [var (_, first), ..]
                ? CorpusFaults.NothingReadable(options.Folder, listing.LeftOut.Count, first)
                : CorpusFaults.NoAudioFound(options.Folder, string.Join(", ", options.Extensions.Select(e => "." + e)));
        if (SpeakerSplit.IsAsked(options))
            SpeakerSplit.Choose(files, options); // the names tell before hours of reading
        var found = Check(root, files, options, progress, cancellation);
        (string, string)[] skipped =
        [
            .. listing.LeftOut,
            .. Enumerable.Range(0, files.Count).Where(i => found[i].Fault is not null)
                .Select(i => (files[i].RelativePath, found[i].Fault!)),
        ];
        if (options.Strict && skipped.Length > 0)
            throw CorpusFaults.Strict(skipped.Length, skipped[0].Item2);
        if (skipped.Length == files.Count + listing.LeftOut.Count)
            throw CorpusFaults.NothingReadable(options.Folder, skipped.Length, skipped[0].Item2);
        var usable = Enumerable.Range(0, files.Count).Where(i => found[i].Fault is null)
            .Select(i => (File: files[i],
                Entry: new ManifestEntry(files[i].RelativePath, found[i].LengthSamples, options.Language ?? files[i].Language))).ToArray();
        var report = Write(listing, format, usable, skipped, options);
        return report with
        {
            Narrow = NarrowBand.Of(files, found),
            PassedOver = passedOver.Endings,
            Notes = [.. listing.Notes, .. ToldLengths.Notes(files, found)],
        };
    }

    private static CheckedFile[] Check(
        string root, IReadOnlyList<SpeechFile> files, ManifestOptions options, IProgress<StageProgress>? progress,
        CancellationToken cancellation)
    {
        var found = new CheckedFile[files.Count];
        var done = new StageCounter(progress, files.Count, "files");
        var shortest = Math.Max(1, (long)Math.Ceiling(options.MinSeconds * AudioFile.SampleRate));
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, files.Count, parallel, i =>
        {
            found[i] = CheckedFile.Of(root, files[i].RelativePath, shortest, options.Quick, cancellation);
            done.Add();
        });
        return found;
    }

    private static ManifestReport Write(
        SpeechListing listing, string format, (SpeechFile File, ManifestEntry Entry)[] usable, (string File, string Reason)[] skipped,
        ManifestOptions options)
    {
        var root = listing.Root;
        var speakers = SpeakerSplit.IsAsked(options)
            ? SpeakerSplit.Choose([.. usable.Select(u => u.File)], options)
            : null;
        var splits = speakers is null ? Splits([.. usable.Select(u => u.File.Split)], options)
            : [.. speakers.IsValid.Select(valid => valid ? CorpusParts.Valid : CorpusParts.Train)];
        var parts = usable.Select((u, i) => (u.File, u.Entry, Split: splits[i]))
            .GroupBy(u => u.Split).OrderBy(g => Array.IndexOf(CorpusParts.Splits, g.Key)).ToArray();
        var withTranscripts = usable.Any(u => u.File.Transcript is not null);
        var report = new List<(string, int, double)>();
        FormerParts.MoveAside(options.Output, root, [.. parts.Select(part => part.Key)],
            usable.Select(u => u.Entry.RelativePath).ToHashSet(StringComparer.Ordinal));
        foreach (var part in parts)
        {
            ListFile.Write(Path.Combine(options.Output, $"{part.Key}.tsv"), new Manifest(root, [.. part.Select(u => u.Entry)]).Text());
            if (withTranscripts)
                Transcripts.Write(options.Output, part.Key, [.. part.Select(u => OneLine(u.File.Transcript))]);
            report.Add((part.Key, part.Count(), part.Sum(u => u.Entry.LengthSamples) / (double)AudioFile.SampleRate));
        }
        if (usable.Any(u => u.File.Speaker is not null))
        {
            ListFile.Write(Path.Combine(options.Output, SpeakerTable.Name), SpeakerTable.Text(
                parts.SelectMany(p => p).Select(u => (u.File.Speaker ?? "", u.Entry.Language, u.Split, u.Entry.LengthSamples)),
                listing.Sexes));
        }
        ListFile.Write(Path.Combine(options.Output, SkippedFile),
            string.Concat(skipped.Select(s => $"{CorpusFaults.NameOf(s.File)}\t{s.Reason}\n")));
        return new ManifestReport(format, report, skipped, withTranscripts ? usable.Count(u => u.File.Transcript is null) : null)
        {
            Speakers = speakers is null ? null : (speakers.ValidSpeakers, speakers.Speakers),
        };
    }

    /// <summary>
    /// The layout's own parts; validation files are chosen where it has none, of all but its test files. A layout with one part is split.
    /// </summary>
    private static string[] Splits(string?[] own, ManifestOptions options)
    {
        var hasParts = own.Contains(CorpusParts.Train) && own.Any(split => split is CorpusParts.Valid or CorpusParts.Test);
        if (!hasParts)
            own = new string?[own.Length];
        string[] splits = [.. own.Select(split => split ?? CorpusParts.Train)];
        if (hasParts && own.Contains(CorpusParts.Valid))
            return splits;
        int[] open = [.. Enumerable.Range(0, splits.Length).Where(i => splits[i] == CorpusParts.Train)];
        var valid = CorpusSplit.Choose(open.Length, options.ValidPercent, options.Seed);
        foreach (var (i, isValid) in open.Zip(valid))
            splits[i] = isValid ? CorpusParts.Valid : CorpusParts.Train;
        return splits;
    }

    // a line break in a transcript would give every line behind it to another file
    private static string OneLine(string? text) =>
        text is null ? "" : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
