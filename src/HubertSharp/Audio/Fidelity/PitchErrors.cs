namespace HubertSharp.Audio.Fidelity;

/// <summary>What a copy changes of the pitch.</summary>
/// <param name="Frames">That both have.</param>
/// <param name="Voiced">Of them voiced in both.</param>
/// <param name="OtherVoicing">Of them voiced in one alone.</param>
/// <param name="SquaredCents">Over the frames that are voiced in both: the sum of squared differences, in hundredths of a semitone.</param>
internal readonly record struct PitchErrors(int Frames, int Voiced, int OtherVoicing, double SquaredCents)
{
    private const double CentsPerOctave = 1200;

    public static PitchErrors Of(PitchTrack reference, PitchTrack copy)
    {
        var frames = Math.Min(reference.Hertz.Count, copy.Hertz.Count);
        var (voiced, other, squares) = (0, 0, 0.0);
        for (var frame = 0; frame < frames; frame++)
        {
            if (reference.Hertz[frame] is { } one && copy.Hertz[frame] is { } two)
            {
                voiced++;
                squares += Math.Pow(CentsPerOctave * Math.Log2(two / one), 2);
            }
            else if (reference.Hertz[frame] is not null || copy.Hertz[frame] is not null)
            {
                other++;
            }
        }
        return new PitchErrors(frames, voiced, other, squares);
    }
}
