using HubertSharp.Features;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>A teacher's frames of one split at the teacher's own rate, wherever they come from. Thread-safe.</summary>
internal interface ITeacherFrames : IDisposable
{
    /// <summary>For messages: the folder, or the teacher.</summary>
    string Place { get; }

    /// <summary>What the numbers are; null where nobody said.</summary>
    FeatureDescription? Description { get; }

    int Dimensions { get; }

    /// <summary>Of all utterances.</summary>
    long Frames { get; }

    int LengthOf(int utterance);

    /// <summary>Whole frames of an utterance from <paramref name="first"/> on, all of which it must have.</summary>
    /// <exception cref="Runs.UserException">They cannot be read or computed.</exception>
    void Read(int utterance, int first, Span<float> frames);

    /// <summary>The utterances' lengths in one word, the same wherever the frames come from.</summary>
    string HashOfLengths();
}
