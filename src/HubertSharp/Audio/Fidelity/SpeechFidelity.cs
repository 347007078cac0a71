namespace HubertSharp.Audio.Fidelity;

/// <summary>How near a copy of a recording is to it.</summary>
/// <param name="Stoi">Short-time objective intelligibility; NaN where less than 0.4 s of speech is left to compare.</param>
/// <param name="Estoi">Extended STOI; NaN there, too.</param>
/// <param name="Visqol">ViSQOL's speech mode in its exponential form, 1 to 5; NaN where there is too little to compare.</param>
/// <param name="SiSdrDb">Scale-invariant signal-to-distortion ratio; NaN where one of the two is silent.</param>
/// <param name="Mel">Log mel distance at each of <see cref="MelDistances.Resolutions"/>.</param>
/// <param name="MultiScaleMel">audiocraft's multi-scale mel distance.</param>
/// <param name="LogSpectral">Log-spectral distance of windows of 2048 samples.</param>
/// <param name="CepstralDb">Mel-cepstral distortion.</param>
/// <param name="Pitch">What became of the pitch.</param>
internal sealed record SpeechFidelity(
    double Stoi, double Estoi, double Visqol, double SiSdrDb, IReadOnlyList<double> Mel, double MultiScaleMel, double LogSpectral,
    double CepstralDb, PitchErrors Pitch)
{
    private const int Points = 2048, Hop = 512;

    /// <param name="original">The recording.</param>
    /// <param name="copy">Of the same length.</param>
    public static SpeechFidelity Of(FidelityOriginal original, double[] copy)
    {
        var (samples, rate) = (original.Samples, original.SampleRate);
        var (stoi, estoi) = Intelligibility.Of(samples, copy, rate);
        if (stoi == Intelligibility.TooShort || !samples.AsSpan().ContainsAnyExcept(0))
            (stoi, estoi) = (double.NaN, double.NaN);
        return new SpeechFidelity(stoi, estoi, original.Quality.Of(copy), WaveformDistances.ScaleInvariantRatio(samples, copy),
            [.. MelDistances.Resolutions.Select(r => MelDistances.Tokenizer(samples, copy, rate, r.Points, r.Hop))],
            MelDistances.AudioCraft(samples, copy, rate), WaveformDistances.LogSpectral(samples, copy, Points, Hop),
            MelDistances.Cepstral(samples, copy, rate), PitchErrors.Of(original.Pitch, PitchTrack.Of(copy, rate)));
    }
}
