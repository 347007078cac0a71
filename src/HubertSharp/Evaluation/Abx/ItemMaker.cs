using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Abx;

/// <summary>What A, B and X of made items have in common.</summary>
public enum ItemContext
{
    /// <summary>The segment before and the one behind; an item spans all three, as those of ZeroSpeech and libri-light do.</summary>
    Triphone,

    /// <summary>Nothing: an item is one segment. For syllables and words, which seldom stand in the same place twice.</summary>
    None,
}

/// <summary>Makes items of an alignment.</summary>
internal static class ItemMaker
{
    /// <summary>Stands for what is not compared, and for the speaker of an alignment that names none.</summary>
    private const string Any = "-";

    /// <summary>Segments further apart than this are not neighbours: aligners round their times.</summary>
    private const long NeighbourSamples = 320;

    /// <summary>One item per segment; with context, only segments between two others.</summary>
    /// <param name="utterances">The alignment.</param>
    /// <param name="context">What the items of a comparison share.</param>
    /// <param name="removeDigits">Leave tone and stress digits out of the labels.</param>
    public static IEnumerable<AbxItem> Make(
        IEnumerable<AlignedUtterance> utterances, ItemContext context, bool removeDigits)
    {
        foreach (var utterance in utterances)
        {
            var file = UtteranceIndex.NameOf(utterance.Name);
            var (segments, speaker) = (utterance.Segments, utterance.Speaker ?? Any);
            for (var i = 0; i < segments.Count; i++)
            {
                if (context == ItemContext.None)
                    yield return Item(file, segments[i], segments[i], Label(i), Any, Any, speaker);
                else if (i > 0 && i < segments.Count - 1 && AreNeighbours(segments[i - 1], segments[i])
                    && AreNeighbours(segments[i], segments[i + 1]))
                    yield return Item(file, segments[i - 1], segments[i + 1], Label(i), Label(i - 1), Label(i + 1), speaker);
            }

            string Label(int i) => removeDigits ? FrameLabelFiles.WithoutDigits(segments[i].Label) : segments[i].Label;
        }
    }

    private static bool AreNeighbours(AlignedSegment one, AlignedSegment next) => next.StartSample - one.EndSample <= NeighbourSamples;

    private static AbxItem Item(
        string file, AlignedSegment first, AlignedSegment last, string phone, string previous, string next, string speaker) =>
        new(file, (double)first.StartSample / SamplingRate.Hz, (double)last.EndSample / SamplingRate.Hz, phone, previous, next, speaker);
}
