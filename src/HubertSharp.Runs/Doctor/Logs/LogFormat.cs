namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Who wrote a log.</summary>
public enum LogFormat
{
    /// <summary>This program's <c>metrics.jsonl</c>.</summary>
    HubertSharp,

    /// <summary>fairseq with <c>log_format: json</c>.</summary>
    FairseqJson,

    /// <summary>fairseq with <c>log_format: simple</c> or <c>tqdm</c>.</summary>
    FairseqText,

    TensorBoard,

    /// <summary>PyTorch Lightning, as torchaudio's recipe uses it: <c>metrics.csv</c> or console text.</summary>
    Lightning,

    Espnet,

    /// <summary>icefall (k2).</summary>
    Icefall,

    /// <summary>Hugging Face transformers: <c>trainer_state.json</c> or the Trainer's console text.</summary>
    Transformers,

    /// <summary>SpeechBrain's <c>train_log.txt</c>.</summary>
    SpeechBrain,

    Wenet,

    /// <summary>Lines of text that tell a step and a loss.</summary>
    PlainText,

    /// <summary>A table of updates and losses.</summary>
    Csv,
}
