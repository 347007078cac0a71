namespace HubertSharp.Evaluation.Probe;

/// <summary>What a probe is tested on.</summary>
public enum HeldOut
{
    /// <summary>Speakers that it was not trained on.</summary>
    Speaker,

    /// <summary>
    /// Speakers that it knows, but recordings that it was not trained on; where tones are left out of the classes, a syllable in a
    /// tone that it has not heard from this speaker.
    /// </summary>
    Recording,
}
