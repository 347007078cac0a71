using System.Globalization;
using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Labels;

/// <summary>
/// fairseq's dictionary: four special symbols, then one line <c>symbol count</c> per symbol. The class of a cluster is its
/// index here: with <c>dict.km.txt</c> of k-means, cluster k is class 4+k.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
public sealed class LabelDictionary
{
    public const int Bos = 0;
    public const int Pad = 1;
    public const int Eos = 2;
    public const int Unk = 3;
    private const long MaximumBytes = 64L << 20;
    private const int MaximumLineBytes = 1 << 16;
    private const string OverwriteFlag = "#fairseq:overwrite";

    private readonly List<string> _symbols = ["<s>", "<pad>", "</s>", "<unk>"];
    private readonly List<long> _counts = [1, 1, 1, 1]; // as fairseq counts its own
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal)
    {
        ["<s>"] = 0,
        ["<pad>"] = 1,
        ["</s>"] = 2,
        ["<unk>"] = 3,
    };
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public LabelDictionary(IEnumerable<(string Symbol, long Count)> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        _lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (symbol, count) in symbols)
            Append(symbol, count);
    }

    /// <summary>Classes, the four special ones included.</summary>
    public int Count => _symbols.Count;

    /// <summary>The symbol of each class, the special ones first.</summary>
    public IReadOnlyList<string> Symbols => _symbols;

    /// <summary>How often each symbol occurred where the dictionary was made.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>The class of a symbol; <see cref="Unk"/> when it is not there.</summary>
    public int IndexOf(ReadOnlySpan<char> symbol) => _lookup.TryGetValue(symbol, out var index) ? index : Unk;

    /// <summary>Clusters 0 to K-1 with the counts of a labelling, as <c>dict.km.txt</c> has them.</summary>
    public static LabelDictionary OfClusters(IReadOnlyList<long> counts) =>
        new(counts.Select((count, cluster) => (cluster.ToString(CultureInfo.InvariantCulture), count)));

    /// <summary>Reads <c>dict.LABEL.txt</c>. A file without lines gives a dictionary of the special symbols alone.</summary>
    /// <exception cref="UserException">Missing, above 64 MiB, a malformed line, or a symbol twice without
    /// <c>#fairseq:overwrite</c>.</exception>
    public static LabelDictionary Read(string path) => Read(path, ofText: false);

    /// <summary>The dictionary of transcripts, which has symbols.</summary>
    /// <exception cref="UserException">As of <see cref="Read(string)"/>, or no line.</exception>
    public static LabelDictionary ReadOfText(string path) =>
        Read(path, ofText: true) is { Count: > Unk + 1 } dictionary ? dictionary : throw LabelFaults.DictionaryEmpty(path);

    private static LabelDictionary Read(string path, bool ofText)
    {
        if (!File.Exists(path))
            throw LabelFile.MissingFolder(path) is { } folder ? LabelFaults.NoFolder(folder, ofText)
                : LabelFaults.DictionaryMissing(path, ofText);
        try
        {
            if (new FileInfo(path).Length > MaximumBytes)
                throw LabelFaults.DictionaryTooLarge(path, MaximumBytes);
            var dictionary = new LabelDictionary([]);
            var firstLines = new Dictionary<string, int>(StringComparer.Ordinal);
            var number = 0;
            using var lines = RegularFile.OpenText(path, MaximumLineBytes);
            while (lines.ReadLine() is { } raw)
            {
                number++;
                var line = raw.TrimEnd();
                var overwrite = line.EndsWith($" {OverwriteFlag}", StringComparison.Ordinal);
                var entry = overwrite ? line[..^(OverwriteFlag.Length + 1)] : line;
                var space = entry.LastIndexOf(' ');
                if (space <= 0
                    || !long.TryParse(entry.AsSpan(space + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
                    throw LabelFaults.DictionaryLine(path, number, raw);
                var symbol = entry[..space];
                if (dictionary._indices.ContainsKey(symbol) && !overwrite)
                    throw LabelFaults.DictionaryTwice(path, number, symbol, firstLines.GetValueOrDefault(symbol, -1));
                firstLines[symbol] = number;
                dictionary.Append(symbol, count);
            }
            return dictionary;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LabelFaults.Unreadable(path, e);
        }
    }

    /// <summary>Writes all but the special symbols, whole or not at all.</summary>
    public void Write(string path)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(_symbols.Take(4), StringComparer.Ordinal);
        for (var i = 4; i < Count; i++)
        {
            text.Append(_symbols[i]).Append(' ').Append(_counts[i]);
            if (!seen.Add(_symbols[i]))
                text.Append(' ').Append(OverwriteFlag);
            text.Append('\n');
        }
        AtomicFile.WriteAllText(path, text.ToString());
    }

    // An overwritten symbol keeps its old class, which nothing maps to any more (fairseq's add_symbol).
    private void Append(string symbol, long count)
    {
        _indices[symbol] = _symbols.Count;
        _symbols.Add(symbol);
        _counts.Add(count);
    }
}
