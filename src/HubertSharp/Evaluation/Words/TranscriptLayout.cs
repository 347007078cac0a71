namespace HubertSharp.Evaluation.Words;

/// <summary>How a file holds its texts.</summary>
public enum TranscriptLayout
{
    /// <summary>Found out: by its ending and its content.</summary>
    Auto,

    /// <summary>One text per line.</summary>
    Lines,

    /// <summary>A name and a text per line, as Kaldi and LibriSpeech have it.</summary>
    Kaldi,

    /// <summary>A text and its name in parentheses, as sclite has it.</summary>
    Trn,

    /// <summary>Columns parted by tabs, with a line of their names or without.</summary>
    Tsv,

    /// <summary>One JSON object per line.</summary>
    Json,
}
