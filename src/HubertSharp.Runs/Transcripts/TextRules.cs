using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Transcripts;

/// <summary>What the symbols of transcripts are.</summary>
public enum TextUnits
{
    /// <summary>Letters, with <c>|</c> after every word: fairseq's <c>.ltr</c>.</summary>
    Letters,

    /// <summary>Every character by itself, without word ends: Mandarin.</summary>
    Characters,

    /// <summary>Ideographs by themselves, words of other scripts as letters that <c>|</c> closes: code-switching.</summary>
    Mixed,

    /// <summary>What white space separates: pinyin or zhuyin syllables, phones.</summary>
    Tokens,
}

/// <summary>What becomes of the case of letters.</summary>
public enum TextCase
{
    Upper,
    Lower,
    Keep,
}

/// <summary>What becomes of punctuation, and of digits.</summary>
public enum TextPolicy
{
    /// <summary>A text with some is a fault, which names its line.</summary>
    Refuse,

    /// <summary>They are taken out; words on both sides stay apart.</summary>
    Remove,

    /// <summary>They are symbols as others.</summary>
    Keep,
}

/// <summary>
/// How texts become symbols and symbols texts: written beside the labels (<c>text.ltr.json</c>) and carried into the model's folder
/// (<c>text.json</c>), so that training, decoding and scoring do the same.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
public sealed record TextRules
{
    /// <summary>Its name in a model's folder.</summary>
    public const string FileName = "text.json";

    private const string FormatName = "hubertsharp.text.1";
    private const long MaximumBytes = 1 << 20;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Which form of the file this is.</summary>
    public string Format { get; init; } = FormatName;

    public TextUnits Units { get; init; } = TextUnits.Letters;

    /// <summary>Unicode's NFKC first: full-width letters become ordinary ones.</summary>
    public bool Nfkc { get; init; } = true;

    public TextCase Case { get; init; } = TextCase.Upper;

    /// <summary>An apostrophe between letters is no punctuation.</summary>
    public TextPolicy Punctuation { get; init; } = TextPolicy.Remove;

    public TextPolicy Digits { get; init; } = TextPolicy.Refuse;

    /// <summary>What suits the units: syllables carry tones in digits, and their case means nothing.</summary>
    public static TextRules Of(TextUnits units) => units == TextUnits.Tokens
        ? new TextRules { Units = units, Case = TextCase.Keep, Punctuation = TextPolicy.Keep, Digits = TextPolicy.Keep }
        : new TextRules { Units = units };

    /// <summary>Where the rules of a label set lie.</summary>
    public static string PathBeside(string labelFolder, string label) => Path.Combine(labelFolder, $"text.{label}.json");

    /// <exception cref="UserException">Not such rules, or above 1 MiB.</exception>
    public static TextRules Read(string path)
    {
        try
        {
            var rules = OwnJson.Read<TextRules>(RegularFile.ReadAllBytes(path, MaximumBytes), s_json);
            return rules is { Format: FormatName } ? rules : throw TranscriptFaults.NotRules(path, FormatName);
        }
        catch (JsonException e)
        {
            throw TranscriptFaults.NotRules(path, FormatName, e);
        }
    }

    /// <summary>The rules in a folder; null where there are none.</summary>
    /// <exception cref="UserException">Not such rules.</exception>
    public static TextRules? Find(string path) => File.Exists(path) ? Read(path) : null;

    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <summary>Writes them whole or not at all.</summary>
    public void Write(string path) => AtomicFile.WriteAllText(path, ToJson());
}
