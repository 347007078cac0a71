using HubertSharp.Features;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>
/// Frames that are computed whenever they are read, of the whole recording, so that they are those of a dump to the last bit; nothing of
/// them is kept.
/// </summary>
/// <param name="teacher">Computes them; it stays the caller's.</param>
/// <param name="split">The recordings.</param>
internal sealed class ComputedTeacherFrames(TeacherExtractor teacher, ManifestShard split) : ITeacherFrames
{
    private readonly int[] _lengths = teacher.Frames(split);

    public string Place => teacher.Place;

    public FeatureDescription Description => teacher.Description;

    public int Dimensions => Description.Dimensions;

    public long Frames => _lengths.Sum(length => (long)length);

    public int LengthOf(int utterance) => _lengths[utterance];

    public void Read(int utterance, int first, Span<float> frames)
    {
        using var oneThread = TorchRuntime.SingleThreaded(); // as a dump computes
        var all = teacher.Compute(split, utterance, CancellationToken.None);
        FeatureFaults.RequireFinite(all, Dimensions, split.Place(utterance));
        all.AsSpan(first * Dimensions, frames.Length).CopyTo(frames);
    }

    public string HashOfLengths() => RunFingerprint.Hash(RunFingerprint.Hash(FeatureDumpWriter.TextOf(_lengths)));

    public void Dispose()
    {
        // the teacher is the caller's, and nothing else is held
    }
}
