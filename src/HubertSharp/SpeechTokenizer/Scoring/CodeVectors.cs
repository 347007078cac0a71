using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>The vectors of quantiser 1's codes as frames of recordings.</summary>
/// <param name="scores">Has the codes.</param>
/// <param name="book">[K, D], the quantiser's vectors.</param>
/// <param name="frameRate">Frames per second.</param>
internal sealed class CodeVectors(IReadOnlyList<RecordingScores> scores, float[] book, double frameRate, int dimensions) : IFrameSource
{
    private readonly Dictionary<string, int> _numbers =
        scores.Select((recording, i) => (recording.Name, i)).DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.i);

    private readonly UtteranceIndex _index = new(scores.Select(recording => recording.Name));

    public string Place => "codes of quantiser 1";

    public double? FrameRate => frameRate;

    /// <exception cref="Runs.UserException">Several recordings have that name.</exception>
    public int? Find(string name) => _index.Find(name) is { } found ? _numbers[found] : null;

    public int LengthOf(int utterance) => (int)scores[utterance].Codes.Frames;

    public float[] Read(int utterance)
    {
        var codes = scores[utterance].Codes[1];
        var frames = new float[codes.Length * dimensions];
        for (var t = 0; t < codes.Length; t++)
            book.AsSpan(codes[t] * dimensions, dimensions).CopyTo(frames.AsSpan(t * dimensions));
        return frames;
    }

    public string PlaceOf(int utterance) => $"codes of {scores[utterance].Name}";

    public void Dispose()
    {
    }
}
