namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>What a line of metrics is a mean over.</summary>
internal enum LineKind
{
    /// <summary>Some updates, or one.</summary>
    Window,

    /// <summary>The updates of an epoch.</summary>
    Epoch,

    /// <summary>A validation.</summary>
    Valid,
}
