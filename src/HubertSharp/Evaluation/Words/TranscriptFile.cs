using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Words;

/// <summary>
/// Texts as people have them: lines, Kaldi's and LibriSpeech's names before each text, sclite's names behind it, tables, JSON lines.
/// Memory: at most 400 bytes per byte of the file, and 32 MiB.
/// </summary>
internal sealed class TranscriptFile
{
    private const int MaximumLineBytes = 1 << 26;

    private TranscriptFile(string path, TranscriptLayout format, IReadOnlyList<TranscriptRow> rows) =>
        (Path, Format, Rows) = (path, format, rows);

    public string Path { get; }

    public TranscriptLayout Format { get; }

    public IReadOnlyList<TranscriptRow> Rows { get; }

    public bool HasNames => Format != TranscriptLayout.Lines && (Format is TranscriptLayout.Kaldi or TranscriptLayout.Trn
        || Rows.All(r => r.Name is not null));

    /// <summary>Every line begins with a word of its own that holds a digit: so it looks like names and texts.</summary>
    public bool LooksNamed { get; private init; }

    /// <exception cref="UserException">Missing, empty, no texts, or not of this format.</exception>
    public static TranscriptFile Read(
        string path, TranscriptLayout format, TranscriptColumns columns, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw EvaluationFaults.Missing(path);
        var lines = new List<string>();
        using (var reader = RegularFile.OpenText(path, MaximumLineBytes, cancellation))
        {
            while (reader.ReadLine() is { } line)
                lines.Add(line);
        }
        if (lines.All(string.IsNullOrWhiteSpace))
            throw WordFaults.Empty(path);
        format = format == TranscriptLayout.Auto ? FormatOf(path, lines) : format;
        var rows = format switch
        {
            TranscriptLayout.Kaldi => Filled(lines).Select(l => Kaldi(l.Text, l.Line)),
            TranscriptLayout.Trn => Filled(lines).Select(l => Trn(path, l.Text, l.Line)),
            TranscriptLayout.Tsv => Table(path, lines, columns),
            TranscriptLayout.Json => Filled(lines).Select(l => Json(path, l.Text, l.Line, columns)),
            _ => lines.Select((text, i) => new TranscriptRow(null, text, i + 1)),
        };
        return new TranscriptFile(path, format, [.. rows]) { LooksNamed = format == TranscriptLayout.Lines && StartsWithNames(lines) };
    }

    /// <summary>The same lines, taken as names and texts.</summary>
    public TranscriptFile AsNamed() =>
        new(Path, TranscriptLayout.Kaldi, [.. Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text)).Select(r => Kaldi(r.Text, r.Line))]);

    /// <summary>Lines without names as those of a manifest's utterances, in its order; its languages part the table.</summary>
    /// <exception cref="UserException">Another number of lines.</exception>
    public TranscriptFile Of(Manifest manifest, string manifestPath) => HasNames ? this
        : Rows.Count == manifest.Entries.Count
            ? new TranscriptFile(Path, TranscriptLayout.Tsv,
                [.. Rows.Zip(manifest.Entries, (row, entry) => row with { Name = entry.RelativePath, Group = entry.Language })])
            : throw WordFaults.LineCount(Path, manifest.Entries.Count, Rows.Count, manifestPath);

    private static TranscriptLayout FormatOf(string path, List<string> lines) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".trn" => TranscriptLayout.Trn,
        ".tsv" => TranscriptLayout.Tsv,
        ".json" or ".jsonl" or ".ndjson" => TranscriptLayout.Json,
        _ => lines.First(l => !string.IsNullOrWhiteSpace(l)).TrimStart().StartsWith('{') ? TranscriptLayout.Json
            : path.EndsWith(".trans.txt", StringComparison.Ordinal) ? TranscriptLayout.Kaldi
            : IsTimed(lines) ? throw WordFaults.Timed(path)
            : IsNamedByTabs(lines) ? TranscriptLayout.Tsv
            : TranscriptLayout.Lines,
    };

    /// <summary>A name, a tab and a text on every line, as 'hubert transcribe' prints them.</summary>
    private static bool IsNamedByTabs(List<string> lines) =>
        Filled(lines).All(l => l.Text.Split('\t') is [{ Length: > 0 } name, _] && !name.Contains(' ', StringComparison.Ordinal));

    /// <summary>CTM: name, channel, start, duration, word on every line.</summary>
    private static bool IsTimed(List<string> lines) => Filled(lines).All(l =>
        l.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, "1" or "2" or "A" or "B", var start, var duration, _, ..]
        && IsNumber(start) && IsNumber(duration));

    private static bool IsNumber(string text) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static bool StartsWithNames(List<string> lines)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return Filled(lines)
            .All(l => Kaldi(l.Text, l.Line).Name is { } name && name.AsSpan().ContainsAnyInRange('0', '9') && names.Add(name));
    }

    private static IEnumerable<(string Text, int Line)> Filled(List<string> lines) =>
        lines.Select((text, i) => (text, i + 1)).Where(l => !string.IsNullOrWhiteSpace(l.text));

    private static TranscriptRow Kaldi(string line, int number)
    {
        line = line.TrimStart();
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? new TranscriptRow(line, "", number) : new TranscriptRow(line[..end], line[(end + 1)..], number);
    }

    private static TranscriptRow Trn(string path, string line, int number)
    {
        line = line.TrimEnd();
        var open = line.LastIndexOf('(');
        return open >= 0 && line.EndsWith(')') && open < line.Length - 2
            ? new TranscriptRow(line[(open + 1)..^1].Trim(), line[..open], number)
            : throw WordFaults.Line($"{path}:{number}", "a text and its name in parentheses", line);
    }

    private static IEnumerable<TranscriptRow> Table(string path, List<string> lines, TranscriptColumns columns)
    {
        var filled = Filled(lines).ToArray();
        var header = filled[0].Text.Split('\t').Select(c => c.Trim()).ToArray();
        if (!header.Contains(columns.Text) && !header.Any(TranscriptColumns.Texts.Contains))
        {
            if (columns.Text is not null)
                throw WordFaults.NoColumn($"{path}:{filled[0].Line}", columns.Text, header);
            return filled.Select(l => l.Text.Split('\t') is [var name, var text] ? new TranscriptRow(name.Trim(), text, l.Line)
                : throw WordFaults.Line($"{path}:{l.Line}", "name TAB text, or a first line with the columns' names", l.Text));
        }
        return filled.Skip(1).Select(l =>
        {
            var cells = l.Text.Split('\t');
            if (cells.Length > header.Length)
                throw WordFaults.Line($"{path}:{l.Line}", Counted.Of(header.Length, "column"), Counted.Of(cells.Length, "column"));
            string? Cell(string name) => Array.IndexOf(header, name) is var i and >= 0 ? i < cells.Length ? cells[i] : "" : null;
            return columns.Row(Cell, l.Line, $"{path}:{filled[0].Line}", header);
        });
    }

    private static TranscriptRow Json(string path, string line, int number, TranscriptColumns columns)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw WordFaults.Line($"{path}:{number}", "a JSON object", line);
            string? Field(string name) => json.RootElement.TryGetProperty(name, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Number => value.GetRawText(),
                    _ => null,
                }
                : null;
            return columns.Row(Field, number, $"{path}:{number}", json.RootElement.EnumerateObject().Select(p => p.Name));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the second: half of a surrogate pair, escaped
        {
            throw WordFaults.Line($"{path}:{number}", "a JSON object", line);
        }
    }
}
