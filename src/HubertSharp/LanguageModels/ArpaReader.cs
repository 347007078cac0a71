using System.Globalization;
using System.Text;
using System.Text.Unicode;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels;

/// <summary>
/// Reads the text form of n-gram models (Doug Paul's ARPA format, as KenLM and SRILM write it), plain or packed by gzip.
/// Memory: at most 200 bytes per byte of the file, and 32 MiB.
/// </summary>
internal sealed class ArpaReader
{
    private const int MaximumLineBytes = TextLines.MaximumWordBytes * 2 * NgramModel.MaximumOrder; // 1 MiB
    private const int LeastBytesOfEntry = 4; // a digit, a separator, a word, the end of the line

    private readonly string _path;
    private readonly ByteLines _lines;
    private readonly long _bytes; // of the file; 0 where they say nothing about its text
    private readonly List<long> _counts = [];

    private ArpaReader(string path, ByteLines lines, long bytes) => (_path, _lines, _bytes) = (path, lines, bytes);

    private string Where => $"{_path}:{_lines.Number}";

    /// <exception cref="UserException">Not an ARPA file, or damaged.</exception>
    public static NgramModel Read(string path, CancellationToken cancellation = default)
    {
        using var lines = TextLines.Open(path, MaximumLineBytes, cancellation);
        return new ArpaReader(path, lines, TextLines.IsPacked(path) ? 0 : new FileInfo(path).Length).ReadModel();
    }

    private NgramModel ReadModel()
    {
        ReadCounts();
        var builder = new NgramModelBuilder(_counts.Count, n => Math.Min(_counts[n - 1], _bytes / (LeastBytesOfEntry + (2 * (n - 1)))));
        builder.TryAddWord("<unk>"u8, NgramModel.MissingUnknown, 0);
        for (var order = 1; order <= _counts.Count; order++)
            ReadSection(builder, order);
        if (!ReadLine().SequenceEqual("\\end\\"u8))
            throw LanguageModelFaults.Section(Where, "\\end\\", Text(_lines.Current), _counts.Count, _counts[^1]);
        foreach (var marker in (string[])["<s>", "</s>"])
        {
            if (builder.Vocabulary.Find(marker) == Vocabulary.None)
                throw LanguageModelFaults.NoMarker(_path, marker);
        }
        return builder.Build();
    }

    private void ReadCounts()
    {
        var first = ReadLine();
        if (first.IsEmpty)
            throw LanguageModelFaults.Empty(_path);
        if (!first.SequenceEqual("\\data\\"u8))
            throw LanguageModelFaults.NotAModel(Where, Text(_lines.Current));
        while (_lines.MoveNext() && Trimmed(_lines.Current) is { Length: > 0 } line)
        {
            var text = Text(line);
            var order = _counts.Count + 1;
            if (order > NgramModel.MaximumOrder)
                throw LanguageModelFaults.Order(Where, text);
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || text[..equals].Replace(" ", "", StringComparison.Ordinal) != $"ngram{order}"
                || !long.TryParse(text[(equals + 1)..], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture, out var count))
                throw LanguageModelFaults.CountLine(Where, order, text);
            _counts.Add(count);
        }
        if (_counts.Count == 0)
            throw LanguageModelFaults.CountLine(Where, 1, "none");
    }

    private void ReadSection(NgramModelBuilder builder, int order)
    {
        var title = $"\\{order}-grams:";
        if (!ReadLine().SequenceEqual(Encoding.UTF8.GetBytes(title)))
            throw LanguageModelFaults.Section(Where, title, Text(_lines.Current), order - 1, order > 1 ? _counts[order - 2] : 0);
        Span<uint> words = stackalloc uint[order];
        var (found, hasUnknown) = (0L, false);
        while (_lines.MoveNext() && Trimmed(_lines.Current) is { Length: > 0 } line)
        {
            if (line[0] == '\\')
                throw LanguageModelFaults.Count(Where, order, _counts[order - 1], found);
            if (++found > _counts[order - 1])
                throw LanguageModelFaults.Count(Where, order, _counts[order - 1], found);
            ReadEntry(builder, line, words, ref hasUnknown);
        }
        if (found != _counts[order - 1])
            throw LanguageModelFaults.Count(Where, order, _counts[order - 1], found);
    }

    private void ReadEntry(NgramModelBuilder builder, ReadOnlySpan<byte> line, Span<uint> words, ref bool hasUnknown)
    {
        if (!Utf8.IsValid(line))
            throw LanguageModelFaults.NotUtf8(Where);
        var probability = Number(TextLines.Token(ref line), "a log10 probability");
        if (probability > 0)
            throw LanguageModelFaults.Positive(Where, probability);
        ReadOnlySpan<byte> word = default;
        for (var i = 0; i < words.Length; i++)
        {
            word = TextLines.Token(ref line);
            if (word.IsEmpty)
                throw LanguageModelFaults.Words(Where, words.Length, i);
            if (words.Length > 1 && (words[i] = builder.Vocabulary.Find(IsUnknown(word) ? "<unk>"u8 : word)) == Vocabulary.None)
                throw LanguageModelFaults.UnknownWord(Where, Text(word));
        }
        var end = TextLines.Token(ref line);
        var backoff = end.IsEmpty ? 0 : Number(end, "a log10 back-off weight");
        if (!TextLines.Token(ref line).IsEmpty)
            throw LanguageModelFaults.Words(Where, words.Length, words.Length + 1);
        if (backoff != 0 && words.Length == builder.Order)
            throw LanguageModelFaults.Backoff(Where, builder.Order, Text(end));
        if (words.Length > 1)
        {
            if (!builder.TryAdd(words, probability, backoff))
                throw LanguageModelFaults.Duplicate(Where, Text(_lines.Current));
        }
        else if (IsUnknown(word) && !hasUnknown)
        {
            builder.SetWord(0, probability, backoff);
            hasUnknown = true;
        }
        else if (IsUnknown(word) || !builder.TryAddWord(word, probability, backoff))
        {
            throw LanguageModelFaults.Duplicate(Where, Text(word));
        }
    }

    private static bool IsUnknown(ReadOnlySpan<byte> word) => word.SequenceEqual("<unk>"u8) || word.SequenceEqual("<UNK>"u8);

    private float Number(ReadOnlySpan<byte> text, string what) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw LanguageModelFaults.Number(Where, what, Text(text));

    /// <summary>The next line that is not empty; at the end an empty one.</summary>
    private ReadOnlySpan<byte> ReadLine()
    {
        while (_lines.MoveNext())
        {
            if (Trimmed(_lines.Current) is { Length: > 0 } line)
                return line;
        }
        return [];
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => line.Trim(TextLines.Separators);

    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]);
}
