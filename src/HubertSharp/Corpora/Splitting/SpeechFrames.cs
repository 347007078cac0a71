namespace HubertSharp.Corpora.Splitting;

/// <summary>
/// Which frames are speech and which pause, by energy alone: the threshold lies between the quiet and the loud frames of the minute
/// around, so that a quieter speaker later on is heard as well.
/// </summary>
internal static class SpeechFrames
{
    private const int BlockFrames = 10 * EnergyTrack.FramesPerSecond;
    private const int BlocksAround = 3; // on each side: 70 s in all
    private const double Quiet = 0.10, Loud = 0.95; // shares of the frames
    private const double AboveQuiet = 0.3; // of the way up to the loud ones
    private const double MostBelowLoud = 35; // dB; under it is the room, whatever else is silent
    private const double MostBelowRecording = 45; // dB; minutes without anybody
    private const double LeastRange = 6; // dB; below it nothing tells a pause
    private const double Silent = -75; // dB; a recording without anything louder has no speech
    private const int Smoothed = 2; // frames on each side

    /// <summary>Of each frame whether it is speech; none is in a recording that is silent.</summary>
    public static bool[] Of(ReadOnlySpan<byte> levels)
    {
        var speech = new bool[levels.Length];
        if (levels.IsEmpty)
            return speech;
        var blocks = (levels.Length + BlockFrames - 1) / BlockFrames;
        var counts = new int[blocks][];
        var all = new int[256];
        for (var b = 0; b < blocks; b++)
        {
            counts[b] = new int[256];
            foreach (var level in levels[(b * BlockFrames)..Math.Min(levels.Length, (b + 1) * BlockFrames)])
            {
                counts[b][level]++;
                all[level]++;
            }
        }
        var loudest = EnergyTrack.Db(At(all, Loud));
        if (loudest < Silent)
            return speech;
        for (var b = 0; b < blocks; b++)
        {
            var around = new int[256];
            for (var other = Math.Max(0, b - BlocksAround); other <= Math.Min(blocks - 1, b + BlocksAround); other++)
            {
                for (var level = 0; level < 256; level++)
                    around[level] += counts[other][level];
            }
            var threshold = Threshold(EnergyTrack.Db(At(around, Quiet)), EnergyTrack.Db(At(around, Loud)), loudest);
            for (var i = b * BlockFrames; i < Math.Min(levels.Length, (b + 1) * BlockFrames); i++)
                speech[i] = Mean(levels, i) >= threshold;
        }
        return speech;
    }

    /// <summary>The mean level of a frame and its neighbours, in dB.</summary>
    public static double Mean(ReadOnlySpan<byte> levels, int frame)
    {
        var (first, end, sum) = (Math.Max(0, frame - Smoothed), Math.Min(levels.Length, frame + Smoothed + 1), 0);
        foreach (var level in levels[first..end])
            sum += level;
        return EnergyTrack.LowestDb + (sum / 2.0 / (end - first));
    }

    private static double Threshold(double quiet, double loud, double loudest) =>
        Math.Max(loudest - MostBelowRecording, loud - quiet < LeastRange
            ? double.NegativeInfinity
            : Math.Max(quiet + (AboveQuiet * (loud - quiet)), loud - MostBelowLoud));

    private static int At(int[] counts, double share)
    {
        var (wanted, seen) = (share * counts.Sum(), 0L);
        for (var level = 0; level < counts.Length; level++)
        {
            if ((seen += counts[level]) >= wanted)
                return level;
        }
        return counts.Length - 1;
    }
}
