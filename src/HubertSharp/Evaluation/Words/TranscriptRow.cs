namespace HubertSharp.Evaluation.Words;

/// <summary>One text of a file.</summary>
/// <param name="Name">What it is matched by; null where lines have none.</param>
/// <param name="Text">The text.</param>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Speaker">Whose it is, where the file says so.</param>
/// <param name="Group">What it is counted with, where the file says so: a language.</param>
internal sealed record TranscriptRow(string? Name, string Text, int Line, string? Speaker = null, string? Group = null);
