namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>What the loss of a log measures; each has its own idea of normal.</summary>
public enum TrainingObjective
{
    /// <summary>HuBERT: naming the clusters of masked frames.</summary>
    MaskedPrediction,

    /// <summary>wav2vec 2.0: finding the true latent among distractors.</summary>
    Contrastive,

    /// <summary>Fine-tuning to transcripts with CTC.</summary>
    Ctc,

    /// <summary>data2vec, DinoSR: predicting a teacher.</summary>
    SelfDistillation,

    /// <summary>Something else that a speech toolkit trains: translation, a transducer, a language model.</summary>
    Other,

    /// <summary>Only a loss is logged; taken as masked prediction, and said to be.</summary>
    Unknown,
}
