using HubertSharp.Evaluation.Probe;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>
/// Who speaks, told by a linear classifier from the mean of a recording's code vectors: of quantiser 1, which should not tell it, and of
/// the others together, which should. It is tested on recordings that it did not learn from.
/// </summary>
internal static class SpeakerProbe
{
    /// <summary>Of a speaker who counts: fewer say little in any of the parts.</summary>
    private const int LeastRecordings = 8;

    /// <param name="scores">All recordings.</param>
    /// <param name="model">Has the vectors.</param>
    /// <param name="speakerOf">Who speaks; null where nobody said.</param>
    /// <param name="seed">Decides what is held out.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    /// <returns>None where fewer than two speakers have enough recordings.</returns>
    public static IReadOnlyList<SpeakerContent> Of(IReadOnlyList<RecordingScores> scores, TokenizerModel model,
        Func<string, string?> speakerOf, long seed, CancellationToken cancellation)
    {
        var recordings = scores.GroupBy(recording => speakerOf(recording.Name))
            .Where(speaker => !string.IsNullOrEmpty(speaker.Key) && speaker.Count() >= LeastRecordings)
            .SelectMany(speaker => speaker).ToList();
        var speakers = recordings.Select(recording => speakerOf(recording.Name)!).Distinct(StringComparer.Ordinal).Count();
        if (speakers < 2)
            return [];
        var examples = recordings.Select((recording, i) =>
            new ProbeExample(i, 0, recording.Samples, speakerOf(recording.Name)!, "", recording.Name, recording.Name)).ToList();
        var options = new ProbeOptions { HeldOut = HeldOut.Recording, MinExamplesPerClass = 1, Seed = (ulong)seed };
        var contents = new List<SpeakerContent>();
        foreach (var range in new[] { new QuantizerRange(1, 1), new QuantizerRange(2, model.Config.Quantizers) })
        {
            if (range.Count < 1)
                continue;
            var books = Enumerable.Range(range.First, range.Count).Select(model.Quantizer.Book).ToList();
            var (width, rate) = (model.Config.Dimension, (double)model.Config.SampleRate / model.Config.Hop);
            float[] features = [.. recordings.SelectMany(recording => Mean(recording, range, books, width))];
            var result = LinearProbe.Run(new FeatureSet($"quantisers {range}", "trained", null, null, width, rate), examples, features,
                options, cancellation);
            contents.Add(new SpeakerContent(range.First, range.Last, speakers, result.Examples,
                new Estimate(result.Accuracy, result.Intervals), result.Majority));
        }
        return contents;
    }

    private static float[] Mean(RecordingScores recording, QuantizerRange range, List<float[]> books, int width)
    {
        var mean = new float[width];
        for (var quantizer = range.First; quantizer <= range.Last; quantizer++)
        {
            var (codes, book) = (recording.Codes[quantizer], books[quantizer - range.First]);
            foreach (var code in codes)
            {
                for (var d = 0; d < width; d++)
                    mean[d] += book[(code * width) + d] / codes.Length;
            }
        }
        return mean;
    }
}
