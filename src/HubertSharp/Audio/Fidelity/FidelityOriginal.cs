using HubertSharp.Audio.Fidelity.Visqol;

namespace HubertSharp.Audio.Fidelity;

/// <summary>A recording that copies are compared with, and what does not depend on the copy.</summary>
internal sealed class FidelityOriginal
{
    /// <param name="samples">The recording.</param>
    /// <param name="sampleRate">Of it and of its copies, in Hz.</param>
    public FidelityOriginal(double[] samples, int sampleRate)
    {
        (Samples, SampleRate) = (samples, sampleRate);
        (Pitch, Quality) = (PitchTrack.Of(samples, sampleRate), new SpeechQuality(samples, sampleRate));
    }

    public double[] Samples { get; }

    public int SampleRate { get; }

    public PitchTrack Pitch { get; }

    public SpeechQuality Quality { get; }
}
