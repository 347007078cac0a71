using System.Text.Json;

namespace HubertSharp.Runs;

/// <summary>
/// JSON that this program wrote and reads back, after whatever happened to the file: what the types say cannot be null is not, in
/// lists either, and nothing that is needed is missing.
/// </summary>
internal static class OwnJson
{
    /// <param name="json">The file.</param>
    /// <param name="options">How it was written; with <c>RespectNullableAnnotations</c> and
    /// <c>RespectRequiredConstructorParameters</c>.</param>
    /// <exception cref="JsonException">No JSON, or not of this type.</exception>
    public static T Read<T>(byte[] json, JsonSerializerOptions options)
    {
        RefuseNullsInLists(json);
        return JsonSerializer.Deserialize<T>(json, options) ?? throw new JsonException("null");
    }

    // The serializer's own check stops at properties.
    private static void RefuseNullsInLists(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var lists = new Stack<bool>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    lists.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists.Pop();
                    break;
                case JsonTokenType.Null when lists.Count > 0 && lists.Peek():
                    throw new JsonException("null in a list");
            }
        }
    }
}
