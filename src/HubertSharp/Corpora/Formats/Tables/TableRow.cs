using System.Globalization;
using System.Text.Json;

namespace HubertSharp.Corpora.Formats.Tables;

/// <summary>One row of a table, by the names of its columns in lower case.</summary>
/// <param name="Line">1-based, where it begins.</param>
/// <param name="Cells">Column → what stands in it.</param>
internal sealed record TableRow(int Line, IReadOnlyDictionary<string, string> Cells)
{
    private static readonly string[] Files =
    [
        "file_name", "filename", "file", "path", "audio_filepath", "audio_path", "audio_file", "audio", "wav", "wav_path", "wav_filename",
        "clip", "id", "key", "utt", "utterance",
    ];

    private static readonly string[] Texts =
        ["transcription", "transcript", "sentence", "text", "normalized_text", "raw_transcription", "words"];

    public string? File => First(Files);

    public string? Text => First(Texts);

    public string? Speaker => First(["speaker", "speaker_id", "spk", "spk_id", "client_id"]);

    public string? Language => First(["language", "lang", "locale"]);

    public string? Split => First(["split", "subset", "set", "part"]) is { } name ? PartNames.Of(name) : null;

    public string? Sex => First(["gender", "sex"]);

    public double? Seconds =>
        double.TryParse(First(["duration", "seconds", "dur", "length_s"]), CultureInfo.InvariantCulture, out var seconds)
        && double.IsFinite(seconds) ? seconds : null;

    /// <summary>Whether columns of these names are a table of recordings and what is said in them.</summary>
    public static bool AreColumns(IEnumerable<string> names) =>
        names.Select(name => name.Trim().ToLowerInvariant()).ToHashSet(StringComparer.Ordinal) is var known
        && known.Overlaps(Files) && known.Overlaps(Texts);

    /// <summary>The texts and numbers of a JSON object by its keys.</summary>
    /// <exception cref="System.InvalidOperationException">It is no object, or a text holds half of a character.</exception>
    public static Dictionary<string, string> CellsOf(JsonElement json)
    {
        var cells = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                cells[property.Name.ToLowerInvariant()] = property.Value.ToString();
        }
        return cells;
    }

    private string? First(string[] names) =>
        names.FirstOrDefault(Cells.ContainsKey) is { } name && Cells[name].Trim() is { Length: > 0 } cell ? cell : null;
}
