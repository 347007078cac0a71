using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Whole files of JSON: TensorBoard's download (<c>[[wall time, step, value], ...]</c>), a list of objects with a step and a loss, lists
/// side by side (<c>{"step": [...], "loss": [...]}</c>), each also under a name (<c>{"history": [...]}</c>); under several names they are
/// several runs.
/// </summary>
internal sealed partial class JsonTable(LogHints hints, Action<LogSample> take)
{
    /// <summary>A longer file is read as lines or not at all.</summary>
    public const int MaximumBytes = 2 << 20;
    private const int MostNames = 256;
    private const int MostDepth = 4;
    private readonly NameTable _names = new();

    public static LogFormat Format { get; } = new("json")
    {
        Title = ("a JSON file of steps and losses", "步数与损失的 JSON 文件"),
        Unit = "unknown",
        MayLogShares = true,
    };

    /// <summary>Reads it; false where it is no JSON, or holds no losses.</summary>
    public bool Read(byte[] text)
    {
        try
        {
            // Python writes what JSON does not have
            var strict = NotFinite().Replace(Encoding.UTF8.GetString(text).Trim('\ufeff'), "\"$0\"");
            using var document = JsonDocument.Parse(strict, new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = 16 });
            return Read(document.RootElement, "", 0);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Read(JsonElement element, string run, int depth) => element.ValueKind switch
    {
        JsonValueKind.Array => ReadList(element, run),
        JsonValueKind.Object when depth < MostDepth => ReadColumns(element, run) || ReadNamed(element, run, depth),
        _ => false,
    };

    private bool ReadNamed(JsonElement element, string run, int depth)
    {
        var nested = element.EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            .Take(MostNames).ToList();
        var found = false;
        foreach (var property in nested)
            found |= Read(property.Value, nested.Count > 1 ? property.Name : run, depth + 1);
        return found;
    }

    private bool ReadList(JsonElement list, string run)
    {
        var found = false;
        foreach (var row in list.EnumerateArray())
        {
            var sample = row.ValueKind switch
            {
                JsonValueKind.Array when row.GetArrayLength() is 2 or 3 => Pair([.. row.EnumerateArray().Select(Number)], run),
                JsonValueKind.Object => Row([.. row.EnumerateObject().Take(MostNames).Select(p => (p.Name, Number(p.Value)))], run, null),
                _ => null,
            };
            if (sample is null)
                continue;
            found = true;
            take(sample);
        }
        return found;
    }

    // the last is the value, the one before it the step
    private static LogSample? Pair(double?[] row, string run)
    {
        if (row[^2] is not (>= 0 and < 1e15 and var step) || row[^1] is not { } value)
            return null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train", Run = run, Update = (long)step };
        sample.Set(new MetricName(Metric.Loss, LineKind.Window), value);
        return sample;
    }

    private bool ReadColumns(JsonElement element, string run)
    {
        var columns = element.EnumerateObject().Take(MostNames)
            .Where(p => p.Value.ValueKind == JsonValueKind.Array && p.Value.EnumerateArray().All(v => Number(v) is not null))
            .Select(p => (p.Name, Values: p.Value.EnumerateArray().Select(Number).ToArray())).Where(c => c.Values.Length > 1).ToList();
        if (!columns.Exists(c => MetricName.Of(c.Name).Measure is not null))
            return false;
        var found = false;
        for (var i = 0; i < columns.Max(c => c.Values.Length); i++)
        {
            if (Row([.. columns.Where(c => i < c.Values.Length).Select(c => (c.Name, c.Values[i]))], run, i + 1) is not { } sample)
                continue;
            found = true;
            take(sample);
        }
        return found;
    }

    private LogSample? Row(List<(string Name, double? Value)> row, string run, int? number)
    {
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train", Run = run };
        int? rank = null;
        double? epoch = number;
        foreach (var (name, value) in row)
        {
            if (value is not { } known)
                continue;
            if (StepName.RankOf(name) is { } found)
            {
                if (!(found >= rank) && known is >= 0 and < 1e15)
                    (rank, sample.Update) = (found, (long)known);
            }
            else if (LocalName.InEnglish(name.ToLowerInvariant()) is "epoch")
                epoch = known;
            else
                sample.Set(_names.Find(Encoding.UTF8.GetBytes(name)), known);
        }
        if (!sample.HasMetrics || (rank is null && epoch is not (>= 0 and < 1e9)))
            return null;
        if (rank is not null)
            return sample;
        sample.Update = (long)Math.Round(epoch!.Value * LogHints.AssumedEpoch);
        hints.Assume(LogHints.AssumedEpoch, "epoch");
        return sample;
    }

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => LogNumber.TryParse(Encoding.UTF8.GetBytes(value.GetString()!), out var number) ? number : null,
        _ => null,
    };

    [GeneratedRegex("(?<=[:,\\[\\s])-?(?:NaN|Infinity)(?=[,\\]}\\s])")]
    private static partial Regex NotFinite();
}
