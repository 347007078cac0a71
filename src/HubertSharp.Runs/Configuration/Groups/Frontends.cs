namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>The front ends that <c>model.frontend</c> names.</summary>
public static class Frontends
{
    /// <summary>Convolutions over samples.</summary>
    public const string Waveform = "waveform";

    /// <summary>40 log-mel energies, two frames stacked: 50 per second.</summary>
    public const string Mel20 = "mel20";

    /// <summary>80 log-mel energies, two convolutions of stride 2: 25 per second.</summary>
    public const string Mel40 = "mel40";
}
