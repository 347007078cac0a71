using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>
/// Takes recordings of one voice for validation and for test until they last as long as wanted; the rest is for training.
/// </summary>
internal static class CorpusParts
{
    public const string Train = "train", Valid = "valid", Test = "test";

    /// <summary>The parts, in the order in which they are written.</summary>
    public static readonly string[] Splits = [Train, Valid, Test];

    /// <summary>The part of each recording, chosen by a seed.</summary>
    /// <param name="lengthsSamples">Lengths of the recordings.</param>
    /// <param name="share">Of all their time, for each of the two parts.</param>
    /// <param name="mostSamples">No part takes more than this and the recording that reaches it.</param>
    /// <param name="seed">Another seed takes other recordings.</param>
    public static string[] Assign(IReadOnlyList<long> lengthsSamples, double share, long mostSamples, long seed)
    {
        var wanted = Math.Min(share * lengthsSamples.Sum(), mostSamples);
        var order = Enumerable.Range(0, lengthsSamples.Count).ToArray();
        new SeededRandom((ulong)seed).Shuffle<int>(order);
        var splits = Enumerable.Repeat(Train, lengthsSamples.Count).ToArray();
        var next = 0;
        foreach (var split in new[] { Test, Valid })
        {
            for (var samples = 0L; samples < wanted && next < order.Length - 1; next++) // one is for training, whatever is wanted
            {
                splits[order[next]] = split;
                samples += lengthsSamples[order[next]];
            }
        }
        return splits;
    }
}
