namespace HubertSharp.Audio.Fidelity.Visqol;

/// <summary>Which parts of a recording ViSQOL compares in its speech mode: patches of 20 frames in which somebody speaks.</summary>
internal static class SpeechPatches
{
    /// <summary>Frames of a patch.</summary>
    public const int Frames = 20;

    private const int First = (Frames / 2) - 1, Quiet = 3;
    private const double Loud = 5000, Most = short.MaxValue, Least = short.MinValue;

    /// <summary>
    /// The first frame of each. A step of a frame is silent when its root mean square, as 16 bits of a recording whose highest sample is
    /// the highest number, stays below 5000, and so do the two before it; a patch counts when one of its steps is not silent.
    /// </summary>
    /// <param name="original">The recording.</param>
    /// <param name="frames">Of its spectrogram.</param>
    /// <param name="sampleRate">In Hz.</param>
    public static IReadOnlyList<int> Of(ReadOnlySpan<double> original, int frames, int sampleRate)
    {
        var hop = GammatoneSpectrogram.Hop(sampleRate);
        var highest = double.NegativeInfinity;
        foreach (var sample in original)
            highest = Math.Max(highest, sample);
        var firsts = new List<int>();
        if (highest <= 0)
            return firsts;
        var (patches, silentSteps) = ((frames - First) / Frames, 0);
        for (var patch = 0; patch < patches; patch++)
        {
            var speaks = false;
            for (var step = patch * Frames; step < (patch + 1) * Frames; step++)
            {
                var squares = 0.0;
                foreach (var sample in original.Slice(First + (step * hop), hop)) // the program begins at sample 9, the number of the frame
                    squares += Math.Pow(Math.Truncate(Math.Clamp(sample / highest * (Most + 1), Least, Most)), 2);
                silentSteps = Math.Sqrt(squares / hop) < Loud ? silentSteps + 1 : 0;
                speaks |= silentSteps < Quiet;
            }
            if (speaks)
                firsts.Add(First + (patch * Frames));
        }
        return firsts;
    }
}
