namespace HubertSharp.SpeechTokenizer.Losses;

/// <summary>How log mel energies are made for <see cref="MelLoss"/>.</summary>
/// <param name="Points">Of the Fourier transform.</param>
/// <param name="Hop">Samples from one window to the next.</param>
/// <param name="Window">Samples of a window.</param>
/// <param name="Filters">How many energies.</param>
/// <param name="SampleRate">In Hz.</param>
/// <param name="LowestHz">Where the first filter begins.</param>
/// <param name="HighestHz">Where the last one ends.</param>
internal sealed record MelResolution(int Points, int Hop, int Window, int Filters, int SampleRate, double LowestHz, double HighestHz);
