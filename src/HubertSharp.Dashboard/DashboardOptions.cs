namespace HubertSharp.Dashboard;

/// <summary>What the dashboard shows, and where it listens.</summary>
public sealed record DashboardOptions
{
    public const int DefaultPort = 8550;

    /// <summary>The folder whose runs are shown; itself a run, or a folder of runs.</summary>
    public required string Root { get; init; }

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Address or name to listen on; null for this machine alone (127.0.0.1).</summary>
    public string? Host { get; init; }

    /// <summary>What a browser has to bring; null for none on a loopback address, and for a new one on any other.</summary>
    public string? Token { get; init; }

    /// <summary>Folders, besides <see cref="Root"/>, that audio may be played from.</summary>
    public IReadOnlyList<string> AudioRoots { get; init; } = [];

    /// <summary>Decodes audio for the browser; null plays only what browsers play as it is, and no predictions.</summary>
    public ReadAudio? ReadAudio { get; init; }

    /// <summary>How often the server looks for new lines.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);
}
