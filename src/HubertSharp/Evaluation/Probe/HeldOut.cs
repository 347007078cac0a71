namespace HubertSharp.Evaluation.Probe;

/// <summary>What a probe is tested on.</summary>
public enum HeldOut
{
    /// <summary>Speakers that it was not trained on.</summary>
    Speaker,

    /// <summary>Recordings (files) that it was not trained on, of speakers that it knows.</summary>
    Recording,

    /// <summary>
    /// Pronunciations that it was not trained on: all that a speaker says under one label, tone or stress included, is held out together,
    /// whatever recordings it stands in. Where tones are left out of the classes, that is a syllable in a tone not heard from this
    /// speaker. For recordings that were joined from the same pieces again and again.
    /// </summary>
    Pronunciation,
}
