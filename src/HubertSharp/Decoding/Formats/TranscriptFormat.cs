namespace HubertSharp.Decoding.Formats;

/// <summary>How transcripts are written.</summary>
public enum TranscriptFormat
{
    /// <summary>The words, in one line.</summary>
    Text,

    /// <summary>Everything: words with times and confidence, scores, other readings.</summary>
    Json,

    /// <summary>NIST's: a line for each word with its time.</summary>
    Ctm,

    /// <summary>SubRip subtitles.</summary>
    Srt,

    /// <summary>WebVTT subtitles.</summary>
    Vtt,

    /// <summary>Praat's, with a tier of words.</summary>
    TextGrid,
}
