using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HubertSharp.Runs.RunFolders;

/// <summary>What the time of each process went to since the line before: a line of <c>ranks/times.jsonl</c>.</summary>
/// <param name="Update">The last one that is in it.</param>
/// <param name="Slow">The rank that the others waited for; null where none stood out.</param>
/// <param name="Hosts">The machine of each rank.</param>
/// <param name="Ranks">By rank; as many as hosts.</param>
public sealed record RankTimesLine(long Update, int? Slow, IReadOnlyList<string> Hosts, IReadOnlyList<RankShare> Ranks)
{
    private const int Numbers = 6, Decimals = 6;
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line of JSON, without its end; of each rank the numbers of <see cref="RankShare"/> in their order.</summary>
    public string ToJson()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            json.WriteNumber("update", Update);
            if (Slow is { } slow)
                json.WriteNumber("slow", slow);
            json.WriteStartArray("hosts");
            foreach (var host in Hosts)
                json.WriteStringValue(host);
            json.WriteEndArray();
            json.WriteStartArray("seconds");
            foreach (var rank in Ranks)
            {
                json.WriteStartArray();
                foreach (var part in (ReadOnlySpan<double>)
                    [rank.Reading, rank.Forward, rank.Backward, rank.Waiting, rank.Collecting, rank.Wall])
                    json.WriteNumberValue(double.IsFinite(part) ? Math.Round(part, Decimals) : 0);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>What <see cref="ToJson"/> wrote; null for anything else.</summary>
    public static RankTimesLine? TryParse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
            var root = json.RootElement;
            string[] hosts = [.. root.GetProperty("hosts").EnumerateArray().Select(host => PrintableText.Of(host.GetString() ?? ""))];
            RankShare[] ranks = [.. root.GetProperty("seconds").EnumerateArray().Select(ShareOf)];
            int? slow = root.TryGetProperty("slow", out var named) ? named.GetInt32() : null;
            var update = root.GetProperty("update").GetInt64();
            return update >= 0 && ranks.Length > 0 && ranks.Length == hosts.Length && slow is null or >= 0 && !(slow >= ranks.Length)
                ? new RankTimesLine(update, slow, hosts, ranks)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static RankShare ShareOf(JsonElement rank)
    {
        double[] parts = [.. rank.EnumerateArray().Take(Numbers + 1).Select(part => part.GetDouble())];
        return parts.Length == Numbers && Array.TrueForAll(parts, part => double.IsFinite(part) && part >= 0)
            ? new RankShare(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
            : throw new FormatException("not the seconds of a rank");
    }
}
