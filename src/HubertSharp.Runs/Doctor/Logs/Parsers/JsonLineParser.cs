using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Lines of JSON: this program's <c>metrics.jsonl</c>, and fairseq's <c>log_format: json</c> bare or behind
/// <c>[2023-05-01 10:00:00,123][train_inner][INFO] - </c> or <c>2023-05-01 10:00:00 | INFO | train_inner | </c>.
/// </summary>
internal sealed class JsonLineParser : ILogParser
{
    /// <summary>How this program's lines begin; without a space: System.Text.Json.</summary>
    private static ReadOnlySpan<byte> OwnStart => "{\"tag\":\""u8;

    private readonly Dictionary<string, (NameTable Names, LineKind Kind, byte[] Prefix)> _tags = new(StringComparer.Ordinal);
    private byte[] _lastTag = [];
    private string _lastTagText = "";

    /// <summary>Lines that begin an object and do not end it.</summary>
    public int Broken { get; private set; }

    /// <summary>The lines carry their tag inside: this program wrote them.</summary>
    private bool HasOwnTags { get; set; }

    public LogFormat Format => HasOwnTags ? LogFormat.HubertSharp : LogFormat.FairseqJson;

    public bool OwnsEveryLine => HasOwnTags;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line)) ?? (IsWholeAndOwn(line) ? [] : null);

    public UserException? Fault(string path) => Broken > 0 ? DoctorFaults.OnlyBroken(path, Broken) : null;

    // a window of which every update was skipped has no loss, and is not damaged
    private static bool IsWholeAndOwn(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(OwnStart))
            return false;
        var pairs = new FlatJson(line);
        while (pairs.MoveNext())
        {
        }
        return pairs.IsComplete;
    }

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        var brace = line.IndexOf("{\""u8);
        if (brace < 0)
            return null;
        if (ParseObject(line[..brace], line[brace..], out var whole) is { } sample)
            return sample;
        if (whole)
            return null;
        // a killed process leaves half a line, and the next one goes on behind it
        var last = line.LastIndexOf("{\""u8);
        if (last > brace && ParseObject(line[..last], line[last..], out _) is { } second)
            return second;
        Broken += line.IndexOf("num_updates"u8) >= 0 || line.IndexOf("\"loss"u8) >= 0 || line.IndexOf("_loss\""u8) >= 0 ? 1 : 0;
        return null;
    }

    private LogSample? ParseObject(ReadOnlySpan<byte> before, ReadOnlySpan<byte> json, out bool whole)
    {
        var tag = TagOf(before) ?? TagInside(json);
        if (!_tags.TryGetValue(tag, out var scope))
        {
            if (_tags.Count >= 64)
            {
                whole = true;
                return null;
            }
            var kind = tag switch { "train_inner" => LineKind.Window, "train" => LineKind.Epoch, _ => LineKind.Valid };
            _tags[tag] = scope = (new NameTable(kind), kind, Encoding.UTF8.GetBytes(tag + "_"));
        }
        var sample = new LogSample { Kind = scope.Kind, Tag = tag };
        var pairs = new FlatJson(json);
        while (pairs.MoveNext())
        {
            if (!LogNumber.TryParse(pairs.Value, out var value))
                continue;
            var key = scope.Kind != LineKind.Window && pairs.Key.StartsWith(scope.Prefix) ? pairs.Key[scope.Prefix.Length..] : pairs.Key;
            sample.Set(scope.Names.Find(key), value);
        }
        whole = pairs.IsComplete;
        return whole && sample is { HasMetrics: true, Update: not null } ? sample : null; // steps of others: StepJsonParser
    }

    // The last name in brackets or between bars that is no level and no time.
    private string? TagOf(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd(" -"u8);
        ReadOnlySpan<byte> tag = default;
        if (before.EndsWith("]"u8) && before.LastIndexOf("]["u8) is > 0 and var close)
            tag = before[(before[..close].LastIndexOf((byte)'[') + 1)..close];
        else if (before.EndsWith("|"u8))
            tag = before[(before[..^1].LastIndexOf((byte)'|') + 1)..^1].Trim((byte)' ');
        if (tag.Length is 0 or > 64 || tag.Contains((byte)'.') || tag.SequenceEqual("root"u8))
            return null; // a module's own name
        if (!tag.SequenceEqual(_lastTag))
            (_lastTag, _lastTagText) = (tag.ToArray(), Encoding.UTF8.GetString(tag));
        return _lastTagText;
    }

    // {"tag": "valid", ...}, else the name in front of "_num_updates"
    private string TagInside(ReadOnlySpan<byte> json)
    {
        var pairs = new FlatJson(json);
        while (pairs.MoveNext())
        {
            if (pairs.Key.SequenceEqual("tag"u8) && pairs.Value.Length is > 0 and <= 64)
            {
                HasOwnTags |= json.StartsWith(OwnStart);
                return pairs.Value.SequenceEqual("train_inner"u8) ? "train_inner" : Encoding.UTF8.GetString(pairs.Value);
            }
            if (pairs.Key.EndsWith("_num_updates"u8) && pairs.Key.Length <= 64)
                return Encoding.UTF8.GetString(pairs.Key[..^"_num_updates".Length]);
            if (pairs.Key.SequenceEqual("num_updates"u8))
                break;
        }
        return "train_inner";
    }
}
