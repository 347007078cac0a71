namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// Audio that browsers play as it is: by the file's name and by its first bytes, so that nothing else can be fetched under such a name.
/// </summary>
internal static class AudioType
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".wav"] = "audio/wav",
        [".flac"] = "audio/flac",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".oga"] = "audio/ogg",
        [".opus"] = "audio/ogg",
    };

    public static bool IsPlayable(string path) => Types.ContainsKey(Path.GetExtension(path));

    /// <summary>The type for the browser; null for anything that is not what its name says.</summary>
    /// <param name="file">The open file, which is left at its start.</param>
    public static string? Of(string path, FileStream file)
    {
        if (!Types.TryGetValue(Path.GetExtension(path), out var type))
            return null;
        Span<byte> head = stackalloc byte[12];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == head.Length && Begins(type, head) ? type : null;
    }

    private static bool Begins(string type, ReadOnlySpan<byte> head) => type switch
    {
        "audio/wav" => head.StartsWith("RIFF"u8) && head[8..].StartsWith("WAVE"u8),
        "audio/flac" => head.StartsWith("fLaC"u8),
        "audio/ogg" => head.StartsWith("OggS"u8),
        _ => head.StartsWith("ID3"u8) || (head[0] == 0xff && (head[1] & 0xe0) == 0xe0),
    };
}
