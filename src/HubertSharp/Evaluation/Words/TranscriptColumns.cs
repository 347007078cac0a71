namespace HubertSharp.Evaluation.Words;

/// <summary>Which column, or field, of a file holds what; the names that are in use, unless one is given.</summary>
/// <param name="Text">The text's.</param>
/// <param name="Group">The group's.</param>
internal sealed record TranscriptColumns(string? Text = null, string? Group = null)
{
    public static string[] Texts { get; } =
    [
        "text", "txt", "sentence", "transcript", "transcription", "reference", "ref", "hypothesis", "hyp", "prediction", "pred_text",
    ];

    public static string[] Names { get; } =
    [
        "id", "utt", "utt_id", "uttid", "utterance", "key", "name", "segment", "path", "audio", "audio_filepath", "file", "wav",
    ];

    private static readonly string[] s_speakers = ["speaker", "speaker_id", "spk", "client_id"];
    private static readonly string[] s_groups = ["language", "lang", "locale", "group"];

    /// <summary>Reads the row's parts out of named values.</summary>
    /// <param name="value">The value of a name; null where there is none.</param>
    /// <param name="line">Where it stands.</param>
    /// <param name="where">The same for messages.</param>
    /// <param name="columns">The names that there are, for messages.</param>
    public TranscriptRow Row(Func<string, string?> value, int line, string where, IEnumerable<string> columns)
    {
        string? First(IEnumerable<string> names) => names.Select(value).FirstOrDefault(v => v is not null);
        var text = First(Text is null ? Texts : [Text]) ?? throw WordFaults.NoColumn(where, Text ?? string.Join(", ", Texts), columns);
        var group = First(Group is null ? s_groups : [Group]);
        return Group is not null && group is null
            ? throw WordFaults.NoColumn(where, Group, columns)
            : new TranscriptRow(First(Names), text, line, First(s_speakers), group);
    }
}
