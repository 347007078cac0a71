using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// One line of our <c>metrics.jsonl</c> or of a fairseq log with <c>log_format: json</c>: the object at the end of the line,
/// whatever stands before it (<c>[2023-05-01 10:00:00][train_inner][INFO] - {...}</c>), values as numbers or as texts of numbers.
/// </summary>
internal sealed partial class MetricsLine
{
    public const int MaximumBytes = 1 << 20;
    private static readonly string[] Prefixes = ["train_", "valid_"];
    private readonly Dictionary<string, double> _values;

    private MetricsLine(string tag, Dictionary<string, double> values)
    {
        Tag = tag;
        _values = values;
    }

    /// <summary><c>train_inner</c> (a mean over some updates), <c>train</c> (over an epoch) or the name of a validation set.</summary>
    public string Tag { get; }

    public long? Update => this["num_updates"] is >= 0 and < 1e15 and var updates ? (long)updates : null;

    /// <summary>A value by its name without <c>train_</c> or <c>valid_</c>; null when it is not there or is no number.</summary>
    public double? this[string key] => _values.TryGetValue(key, out var value) ? value : null;

    /// <summary>The names of its values, without <c>train_</c> or <c>valid_</c>.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    public bool IsTrainInner => Tag == "train_inner";

    public bool IsTrainEpoch => Tag == "train";

    /// <summary>Null for a line that holds no JSON object; lines that are no metrics at all are objects without an update.</summary>
    public static MetricsLine? TryParse(ReadOnlySpan<byte> line)
    {
        var brace = line.IndexOf((byte)'{');
        if (brace < 0)
            return null;
        try
        {
            return Parse(line[..brace], line[brace..]);
        }
        catch (InvalidOperationException)
        {
            return null; // a text that is no UTF-8
        }
        catch (JsonException)
        {
            // Python writes bare NaN and Infinity, which JSON does not have
            var text = Encoding.UTF8.GetString(line[brace..]);
            var quoted = BareNumber().Replace(text, ":\"$1\"");
            if (quoted == text)
                return null;
            try
            {
                return Parse(line[..brace], Encoding.UTF8.GetBytes(quoted));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return null;
            }
        }
    }

    private static MetricsLine Parse(ReadOnlySpan<byte> before, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        reader.Read();
        var raw = new Dictionary<string, double>();
        string? tag = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && key == "tag")
                tag = reader.GetString();
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number))
                raw[key] = number;
            else if (reader.TokenType == JsonTokenType.String && Number(reader.GetString()!) is { } text)
                raw[key] = text;
            else
                reader.Skip();
        }
        if (reader.TokenType != JsonTokenType.EndObject)
            throw new JsonException();
        tag ??= TagOf(before, raw);
        var values = new Dictionary<string, double>();
        foreach (var (key, value) in raw)
            values[Prefixes.Append($"{tag}_")
                .FirstOrDefault(p => key.StartsWith(p, StringComparison.Ordinal) && key != "train_wall") is { } prefix
                ? key[prefix.Length..]
                : key] = value;
        TakePerFrame(values);
        return new MetricsLine(tag, values);
    }

    // with several label sets the log does not show what was divided by
    private static void TakePerFrame(Dictionary<string, double> values)
    {
        if (values.ContainsKey("count_m_1"))
            return;
        double? Of(string key) => values.TryGetValue(key, out var value) ? value : null;
        var (all, masked, unmasked) = (Of("wpb"), Of("count_m_0"), Of("count_u_0"));
        foreach (var key in values.Keys.Where(key => key is "loss_m_0" || key.EndsWith("_loss_m_0", StringComparison.Ordinal)).ToArray())
            values[key] *= LossPerFrame.Factor(all, masked, unmasked);
        if (Of("loss_u_0") is { } loss)
            values["loss_u_0"] = loss * LossPerFrame.Factor(all, unmasked, masked);
    }

    // "... | INFO | train_inner | {" of fairseq's own logger, "[...][train_inner][INFO] - {" of Hydra's, else by the keys.
    private static string TagOf(ReadOnlySpan<byte> before, Dictionary<string, double> raw)
    {
        var parts = Encoding.UTF8.GetString(before)
            .Split(['[', ']', '|', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.FirstOrDefault(p => p is "train_inner" or "train" or "valid" or "test") is { } named)
            return named;
        return raw.ContainsKey("valid_loss") || raw.ContainsKey("valid_num_updates") ? "valid"
            : raw.ContainsKey("train_loss") ? "train"
            : "train_inner";
    }

    private static double? Number(string text) => text switch
    {
        "nan" or "NaN" => double.NaN,
        "inf" or "Infinity" or "+inf" => double.PositiveInfinity,
        "-inf" or "-Infinity" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    [GeneratedRegex(@":\s*(NaN|-?Infinity)\b")]
    private static partial Regex BareNumber();
}
