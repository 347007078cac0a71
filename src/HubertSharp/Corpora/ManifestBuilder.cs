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
            .. found.Faults.Select(one => (files[one.Index].RelativePath, one.Fault)),
        ];
        if (options.Strict && skipped.Length > 0)
            throw CorpusFaults.Strict(skipped.Length, skipped[0].Item2);
        if (skipped.Length == files.Count + listing.LeftOut.Count)
            throw CorpusFaults.NothingReadable(options.Folder, skipped.Length, skipped[0].Item2);
        var report = Write(listing, format, found, skipped, options);
        return report with
        {
            Narrow = NarrowBand.Of(files, found),
            PassedOver = passedOver.Endings,
            Notes = [.. listing.Notes, .. ToldLengths.Notes(files, found)],
        };
    }

    private static CheckedFiles Check(
        string root, IReadOnlyList<SpeechFile> files, ManifestOptions options, IProgress<StageProgress>? progress,
        CancellationToken cancellation)
    {
        var found = new CheckedFiles(files.Count);
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
        SpeechListing listing, string format, CheckedFiles found, (string File, string Reason)[] skipped, ManifestOptions options)
    {
        var (root, all) = (listing.Root, listing.Files);
        int[] usable = [.. found.Usable];
        var files = new LazyList<SpeechFile>(usable.Length, i => all[usable[i]]);
        var speakers = SpeakerSplit.IsAsked(options) ? SpeakerSplit.Choose(files, options) : null;
        sbyte[] splits = speakers is null ? Splits(files, options)
            : [.. speakers.IsValid.Select(valid => PlaceOf(valid ? CorpusParts.Valid : CorpusParts.Train))];
        int[][] parts = [.. CorpusParts.Splits.Select((_, part) => PlacesOf(splits, part))];
        var (transcripts, knowsSpeakers) = (0, false);
        foreach (var file in files)
        {
            transcripts += file.Transcript is null ? 0 : 1;
            knowsSpeakers |= file.Speaker is not null;
        }
        var report = new List<(string, int, double)>();
        var written = all as SpeechFiles ?? SpeechFiles.Of(all);
        FormerParts.MoveAside(options.Output, root, [.. CorpusParts.Splits.Where((_, part) => parts[part].Length > 0)], written.Contains);
        foreach (var (name, places) in CorpusParts.Splits.Zip(parts).Where(part => part.Second.Length > 0))
        {
            ListFile.Write(Path.Combine(options.Output, $"{name}.tsv"),
                new Manifest(root, new LazyList<ManifestEntry>(places.Length, i => EntryOf(places[i]))).Lines());
            if (transcripts > 0)
                Transcripts.Write(options.Output, name, new LazyList<string>(places.Length, i => OneLine(files[places[i]].Transcript)));
            report.Add((name, places.Length, places.Sum(i => found[usable[i]].LengthSamples) / (double)AudioFile.SampleRate));
        }
        if (knowsSpeakers)
        {
            ListFile.Write(Path.Combine(options.Output, SpeakerTable.Name), [SpeakerTable.Text(
                parts.SelectMany((places, part) => places.Select(i => (Entry: EntryOf(i), files[i].Speaker, CorpusParts.Splits[part])))
                    .Select(u => (u.Speaker ?? "", u.Entry.Language, u.Item3, u.Entry.LengthSamples)), listing.Sexes)]);
        }
        ListFile.Write(Path.Combine(options.Output, SkippedFile), skipped.Select(s => $"{CorpusFaults.NameOf(s.File)}\t{s.Reason}\n"));
        return new ManifestReport(format, report, skipped, transcripts > 0 ? usable.Length - transcripts : null)
        {
            Speakers = speakers is null ? null : (speakers.ValidSpeakers, speakers.Speakers),
        };

        ManifestEntry EntryOf(int place)
        {
            var file = files[place];
            return new ManifestEntry(file.RelativePath, found[usable[place]].LengthSamples, options.Language ?? file.Language);
        }
    }

    private static sbyte PlaceOf(string? split) => (sbyte)Array.IndexOf(CorpusParts.Splits, split);

    private static int[] PlacesOf(sbyte[] splits, int part) =>
        [.. Enumerable.Range(0, splits.Length).Where(i => splits[i] == part)];

    /// <summary>
    /// The layout's own parts, what is in none for training, as places in <see cref="CorpusParts.Splits"/>; validation files are chosen
    /// where it has none, of all but its test files. A layout with one part is split.
    /// </summary>
    private static sbyte[] Splits(IReadOnlyList<SpeechFile> files, ManifestOptions options)
    {
        var (train, valid) = (PlaceOf(CorpusParts.Train), PlaceOf(CorpusParts.Valid));
        sbyte[] splits = [.. files.Select(file => PlaceOf(file.Split) is >= 0 and var own ? own : train)];
        if (splits.Distinct().Count() == 1)
            Array.Fill(splits, train);
        else if (splits.Contains(valid))
            return splits;
        var open = PlacesOf(splits, train);
        var chosen = CorpusSplit.Choose(open.Length, options.ValidPercent, options.Seed);
        foreach (var (i, isValid) in open.Zip(chosen))
            splits[i] = isValid ? valid : train;
        return splits;
    }

    // a line break in a transcript would give every line behind it to another file
    private static string OneLine(string? text) =>
        text is null ? "" : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
