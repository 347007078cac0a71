namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>criterion</c> of a fine-tuning (CtcCriterionConfig).</summary>
public sealed record CtcCriterionConfig
{
    /// <summary>The criterion.</summary>
    [Key("_name"), Choices("ctc")]
    public string Name { get; init; } = "ctc";

    /// <summary>
    /// An utterance with fewer frames than its transcript needs counts as loss 0 and teaches nothing; without it its loss is infinite and
    /// the whole update is skipped.
    /// </summary>
    public bool ZeroInfinity { get; init; }

    /// <summary>Divide the loss by utterances; otherwise by the symbols of their transcripts.</summary>
    [DefaultsTo("optimization.sentence_avg")]
    public bool SentenceAvg { get; init; }

    /// <summary>
    /// How symbols become words, for the word error rate. <c>letter</c>: <c>|</c> separates words; <c>sentencepiece</c>: <c>▁</c>;
    /// <c>wordpiece</c>: <c>_</c>; <c>none</c>: every symbol is a word.
    /// </summary>
    [Choices("letter", "sentencepiece", "wordpiece", "none")]
    public string PostProcess { get; init; } = "letter";
}
