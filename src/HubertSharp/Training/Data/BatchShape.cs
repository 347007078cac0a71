using System.Globalization;

namespace HubertSharp.Training.Data;

/// <summary>How wide the batches of a task are.</summary>
/// <param name="PadAudio">Padded to their longest utterance; otherwise cropped to the shortest.</param>
/// <param name="MaxSampleSize">Samples that a longer utterance is cropped to; null for no crop.</param>
/// <param name="RandomCrop">Crops begin anywhere; otherwise at the start.</param>
/// <param name="SampleRate">Samples per second.</param>
internal sealed record BatchShape(bool PadAudio, int? MaxSampleSize, bool RandomCrop, int SampleRate)
{
    /// <summary>A crop of each utterance is what the task wants, and nothing to warn of.</summary>
    public bool CropsOnPurpose { get; init; }

    /// <summary>Width of a batch of rows of these lengths, in samples.</summary>
    public long Width(long[] lengths) => BatchGeometry.Width(lengths, PadAudio, MaxSampleSize);

    /// <summary>The size of the batches in one sentence, and with padding how much of them it is.</summary>
    public string Describe(ManifestData audio, IReadOnlyList<int[]> batches)
    {
        var (heard, room) = (0L, 0L);
        foreach (var lengths in batches.Select(audio.LengthsOf))
        {
            var width = Width(lengths);
            heard += lengths.Sum(samples => Math.Min(samples, width));
            room += width * lengths.Length;
        }
        var (rows, seconds) = (batches.Average(b => b.Length), (double)room / batches.Count / SampleRate);
        var padding = PadAudio
            ? string.Create(CultureInfo.InvariantCulture, $"; {100 - (100.0 * heard / room):F1}% of them is padding")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"an epoch has {batches.Count:N0} batches of {rows:F1} rows and {seconds:F1} s on average{padding}");
    }
}
