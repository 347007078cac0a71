namespace HubertSharp.Dashboard.Board;

/// <summary>What the loss of a run is of, by the keys of its log.</summary>
internal enum RunLoss
{
    /// <summary>Masked frames; what a log is taken for that does not say otherwise.</summary>
    Masked,

    /// <summary>Transcripts: a fine-tuning.</summary>
    Ctc,

    /// <summary>Speech: a tokenizer, whose mel error stands for the sum of its losses.</summary>
    Mel,
}
