namespace HubertSharp.Runs.LineIndexes;

/// <summary>What kind of text an index is of.</summary>
internal enum LineIndexKind
{
    /// <summary>A manifest: where each line begins, and its samples.</summary>
    Manifest = 1,

    /// <summary>Labels or transcripts: where each line begins.</summary>
    Lines = 2,
}
