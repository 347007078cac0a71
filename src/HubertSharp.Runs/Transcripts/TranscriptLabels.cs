using HubertSharp.Runs.Files;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Runs.Transcripts;

/// <summary>One manifest and the texts of its utterances.</summary>
/// <param name="Manifest">Its path, whose name is the split's.</param>
/// <param name="Transcripts">The file of the texts.</param>
public sealed record TranscriptSplit(string Manifest, string Transcripts)
{
    public string Name => Path.GetFileNameWithoutExtension(Manifest);
}

/// <summary>How transcripts become labels.</summary>
public sealed record TranscriptLabelOptions
{
    /// <summary>The first one's symbols make the dictionary.</summary>
    public required IReadOnlyList<TranscriptSplit> Splits { get; init; }

    public required TextRules Rules { get; init; }

    /// <summary>Folder of the labels.</summary>
    public required string Out { get; init; }

    /// <summary>Ending of the labels: <c>ltr</c> writes <c>train.ltr</c>, <c>dict.ltr.txt</c> and <c>text.ltr.json</c>.</summary>
    public string Label { get; init; } = "ltr";

    /// <summary>A dictionary to keep to; null makes one.</summary>
    public string? Dictionary { get; init; }

    /// <summary>An empty text is kept as an empty line.</summary>
    public bool KeepEmpty { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Symbols">Symbols of the dictionary, without the four special ones.</param>
/// <param name="Splits">Per split its name, utterances, and symbols in all.</param>
/// <param name="Unseen">Symbols of the other splits that the first does not have.</param>
public sealed record TranscriptLabelReport(
    int Symbols, IReadOnlyList<(string Name, int Utterances, long Symbols)> Splits, IReadOnlyList<string> Unseen);

/// <summary>Makes fairseq's sequence labels of transcripts: <c>train.ltr</c>, <c>dict.ltr.txt</c>, and the rules beside them.</summary>
public static class TranscriptLabels
{
    /// <summary>Reads all, then writes all; a file that is there and says something else stays.</summary>
    /// <exception cref="UserException">Texts that are missing or that the rules refuse, or another file in the way.</exception>
    public static TranscriptLabelReport Write(TranscriptLabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Splits.GroupBy(split => split.Name).FirstOrDefault(same => same.Count() > 1)?.ToList() is [var one, var other, ..])
            throw TranscriptFaults.SameName(one.Manifest, other.Manifest, options.Label);
        var splits = options.Splits.Select(split => (split.Name, Symbols: Symbols(split, options))).ToList();
        var dictionary = options.Dictionary is { } given
            ? LabelDictionary.Read(given)
            : Dictionary(splits[0].Symbols.Select(s => s.Symbols));
        var unseen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var ((_, lines), split) in splits.Zip(options.Splits))
        {
            foreach (var (symbols, line) in lines)
            {
                foreach (var symbol in symbols.Where(s => dictionary.IndexOf(s) == LabelDictionary.Unk))
                {
                    if (options.Dictionary is { } path)
                        throw TranscriptFaults.UnknownSymbol(split.Transcripts, line, symbol, path);
                    unseen.Add(symbol);
                }
            }
        }
        List<(string Path, string Text)> files =
        [
            .. splits.Select(split => (Path.Combine(options.Out, $"{split.Name}.{options.Label}"),
                string.Concat(split.Symbols.Select(s => string.Join(' ', s.Symbols) + "\n")))),
            (TextRules.PathBeside(options.Out, options.Label), options.Rules.ToJson()),
        ];
        var dictionaryPath = Path.Combine(options.Out, $"dict.{options.Label}.txt");
        var isThere = File.Exists(dictionaryPath) && LabelDictionary.Read(dictionaryPath).Symbols.SequenceEqual(dictionary.Symbols);
        if (File.Exists(dictionaryPath) && !isThere)
            throw TranscriptFaults.OtherFile(dictionaryPath);
        foreach (var (path, text) in files)
        {
            if (Path.Exists(path) && !IsSame(path, text))
                throw TranscriptFaults.OtherFile(path);
        }
        DiskSync.CreateFolder(options.Out);
        foreach (var (path, text) in files.Where(f => !File.Exists(f.Path)))
            AtomicFile.WriteAllText(path, text);
        if (!isThere)
            dictionary.Write(dictionaryPath);
        return new TranscriptLabelReport(dictionary.Count - 4,
            [.. splits.Select(s => (s.Name, s.Symbols.Count, s.Symbols.Sum(line => (long)line.Symbols.Count)))], [.. unseen]);
    }

    private static List<(IReadOnlyList<string> Symbols, int Line)> Symbols(TranscriptSplit split, TranscriptLabelOptions options)
    {
        var (manifest, normaliser) = (Manifest.Read(split.Manifest), new TextNormaliser(options.Rules));
        var lines = TranscriptTexts.Read(split.Transcripts, manifest, split.Manifest)
            .Select(t => (Symbols: normaliser.Symbols(normaliser.Normalise(t.Text, $"{split.Transcripts}:{t.Line}")), t.Line)).ToList();
        var empty = Enumerable.Range(0, lines.Count).Where(i => lines[i].Symbols.Count == 0).ToList();
        return empty.Count == 0 || options.KeepEmpty
            ? lines
            : throw TranscriptFaults.Empty(split.Transcripts, lines[empty[0]].Line, manifest.Entries[empty[0]].RelativePath,
                empty.Count - 1);
    }

    // the most frequent first, as fairseq's
    private static LabelDictionary Dictionary(IEnumerable<IReadOnlyList<string>> lines) => new(lines.SelectMany(l => l)
        .CountBy(symbol => symbol, StringComparer.Ordinal).OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal)
        .Select(s => (s.Key, (long)s.Value)));

    private static bool IsSame(string path, string text) =>
        File.Exists(path) && new FileInfo(path).Length == System.Text.Encoding.UTF8.GetByteCount(text)
        && RegularFile.ReadAllText(path, 1L << 31) == text;
}
