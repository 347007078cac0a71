namespace HubertSharp.Corpora.Formats;

/// <summary>Languages as corpora write them: names, tags with a country, and nothing.</summary>
internal static class LanguageTags
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["English"] = "en",
        ["Chinese"] = "zh",
        ["Mandarin"] = "zh",
        ["Mandarin Chinese"] = "zh",
        ["cmn"] = "zh",
        ["eng"] = "en",
        ["German"] = "de",
        ["French"] = "fr",
        ["Spanish"] = "es",
        ["Italian"] = "it",
        ["Russian"] = "ru",
        ["Japanese"] = "ja",
        ["Korean"] = "ko",
    };

    /// <summary>The tag without its country, such as <c>zh</c> of <c>zh-CN</c>; null for nothing.</summary>
    public static string? Of(string? told) => told?.Trim() is not { Length: > 0 } name ? null
        : s_names.TryGetValue(name, out var tag) ? tag
        : name.Split('-', '_')[0].ToLowerInvariant() is { Length: 2 or 3 } start ? start
        : CorpusFaults.NameOf(name).Replace(' ', '_').ToLowerInvariant();
}
