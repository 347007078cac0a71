namespace HubertSharp.Probing;

/// <summary>What a probe in SUPERB's manner is asked.</summary>
public enum ProbeTask
{
    /// <summary>The phone of every frame (s3prl's <c>phone_linear</c>).</summary>
    Phone,

    /// <summary>
    /// The phones of an utterance without their times, by CTC (s3prl's <c>ctc</c> with <c>libriphone.yaml</c>; SUPERB's PR).
    /// </summary>
    CtcPhone,

    /// <summary>The word that an utterance is (s3prl's <c>speech_commands</c>; SUPERB's KS).</summary>
    Keyword,

    /// <summary>Who of the known speakers speaks (s3prl's <c>voxceleb1</c>; SUPERB's SID).</summary>
    Speaker,

    /// <summary>Any other class of a whole utterance (s3prl's <c>emotion</c>; SUPERB's ER).</summary>
    Utterance,
}
