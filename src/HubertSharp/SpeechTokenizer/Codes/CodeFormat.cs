namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>How codes lie on disk.</summary>
internal enum CodeFormat
{
    /// <summary>An array int64 [quantisers, frames], as the released program's codes of one recording.</summary>
    Npy,

    /// <summary>An object with a row for each quantiser.</summary>
    Json,

    /// <summary>As few bits as the codebook needs.</summary>
    Packed,
}
