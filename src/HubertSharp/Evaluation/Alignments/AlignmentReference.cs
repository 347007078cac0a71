using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// A reference in samples, turned into frames at whatever rate the clusters have. A frame carries the segment that its centre lies
/// in: HuBERT's frames and MFCC frames alike see 25 ms, so frame i is centred on sample i * 16000 / rate + 200. Outside the
/// segments it is <see cref="Silence"/>.
/// </summary>
internal sealed class AlignmentReference : IReference
{
    /// <summary>The label of frames between the segments.</summary>
    public const string Silence = "SIL";

    private const double SampleRate = SamplingRate.Hz;
    private const double HalfWindowSamples = 200;

    private readonly IReadOnlyList<AlignedUtterance> _utterances;
    private readonly bool _removeDigits;
    private readonly string _path;

    /// <param name="utterances">From <see cref="AlignmentFile.Read"/>.</param>
    /// <param name="removeDigits">Compare without tone and stress digits, as the reference script does with phones.</param>
    /// <param name="path">Where they were read from, for messages.</param>
    public AlignmentReference(IReadOnlyList<AlignedUtterance> utterances, bool removeDigits = true, string path = "")
    {
        _path = path;
        _utterances = utterances;
        _removeDigits = removeDigits;
    }

    /// <summary>The sample that frame <paramref name="frame"/> is centred on.</summary>
    public static double CentreSample(int frame, double labelRate) => frame * SampleRate / labelRate + HalfWindowSamples;

    /// <inheritdoc/>
    public FrameLabels For(FrameLabels clusters, double labelRate)
    {
        var index = new UtteranceIndex(clusters.Utterances.Keys);
        var labels = new FrameLabels();
        foreach (var utterance in _utterances)
        {
            var name = index.Find(utterance.Name);
            var frames = name is null
                ? (int)Math.Min(int.MaxValue, utterance.LengthSamples * labelRate / SampleRate)
                : clusters.Utterances[name].Length;
            labels.Set(name ?? utterance.Name, Frames(utterance, frames, labelRate, labels));
            labels.SetSpeaker(name ?? utterance.Name, utterance.Speaker);
        }
        return labels;
    }

    /// <inheritdoc/>
    public void CheckLength(FrameLabels clusters, double labelRate) =>
        ReferenceLength.Check(_path, _utterances.Select(u => (u.Name, u.LengthSamples * labelRate / SampleRate, u.IsApproximate)), clusters,
            "check that its times are seconds, or samples at 16 kHz, of these recordings");

    private int[] Frames(AlignedUtterance utterance, int count, double labelRate, FrameLabels labels)
    {
        var frames = new int[count];
        var next = 0;
        for (var t = 0; t < count; t++)
        {
            var centre = CentreSample(t, labelRate);
            while (next < utterance.Segments.Count && utterance.Segments[next].EndSample <= centre)
                next++;
            var label = next < utterance.Segments.Count && utterance.Segments[next].StartSample <= centre
                ? utterance.Segments[next].Label
                : Silence;
            frames[t] = labels.IdOf(_removeDigits ? FrameLabelFiles.WithoutDigits(label) : label);
        }
        return frames;
    }
}
