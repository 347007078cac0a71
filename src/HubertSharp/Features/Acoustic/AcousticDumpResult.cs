namespace HubertSharp.Features.Acoustic;

/// <summary>What <see cref="AcousticDump"/> did.</summary>
/// <param name="Utterances">Audio files read.</param>
/// <param name="Frames">Frames written.</param>
/// <param name="Dimensions">Numbers per frame.</param>
/// <param name="AudioSeconds">Length of the audio.</param>
/// <param name="Elapsed">Time from reading the manifest to the finished files.</param>
public sealed record AcousticDumpResult(int Utterances, long Frames, int Dimensions, double AudioSeconds, TimeSpan Elapsed);
