using System.Text.Json;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats.Segmented;

/// <summary>
/// The recordings of an index such as <c>WenetSpeech.json</c>, one after the other: it has gigabytes, and is never held as a whole.
/// </summary>
internal static class JsonRecordings
{
    private const int MostBufferBytes = 256 << 20; // of one recording's segments

    /// <summary>The objects of the list <c>audios</c>.</summary>
    public static IEnumerable<JsonElement> Of(string index)
    {
        using var stream = RegularFile.OpenRead(index);
        var buffer = new byte[1 << 16];
        int filled = 0;
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 32 });
        var inside = false;
        for (var ended = false; !ended;)
        {
            if (filled == buffer.Length)
            {
                if (buffer.Length >= MostBufferBytes)
                    throw CorpusFaults.BadTranscripts(index, "one recording of more than 256 MiB");
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            var got = stream.Read(buffer, filled, buffer.Length - filled);
            filled += got;
            ended = got == 0;
            var (found, used) = Take(index, buffer.AsSpan(0, filled), ended, ref state, ref inside);
            foreach (var recording in found)
                yield return recording;
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
        }
    }

    private static (List<JsonElement> Found, int Used) Take(
        string index, ReadOnlySpan<byte> bytes, bool ended, ref JsonReaderState state, ref bool inside)
    {
        var found = new List<JsonElement>();
        var reader = new Utf8JsonReader(bytes, ended, state);
        long used = 0;
        try
        {
            while (true)
            {
                var before = reader;
                if (!reader.Read())
                    break;
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                    inside = reader.ValueTextEquals("audios");
                if (inside && reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (!JsonDocument.TryParseValue(ref reader, out var recording))
                    {
                        reader = before;
                        break;
                    }
                    using (recording)
                        found.Add(recording.RootElement.Clone());
                }
            }
        }
        catch (JsonException e)
        {
            throw CorpusFaults.BadTranscripts(index, Runs.PrintableText.Of(e));
        }
        used = reader.BytesConsumed;
        state = reader.CurrentState;
        return (found, (int)used);
    }
}
