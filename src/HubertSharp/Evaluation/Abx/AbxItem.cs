namespace HubertSharp.Evaluation.Abx;

/// <summary>One line of an item file: a stretch of speech, the phone that it holds, and who says it between what.</summary>
/// <param name="File">The utterance, as the file names it.</param>
/// <param name="OnsetSeconds">Where it begins.</param>
/// <param name="OffsetSeconds">Where it ends.</param>
/// <param name="Phone">The phone that A and X share and B does not.</param>
/// <param name="Previous">The phone before.</param>
/// <param name="Next">The phone behind.</param>
/// <param name="Speaker">The speaker.</param>
/// <param name="Line">Its line in the file, from 1; 0 where it was not read from one.</param>
internal sealed record AbxItem(
    string File, double OnsetSeconds, double OffsetSeconds, string Phone, string Previous, string Next, string Speaker, int Line = 0)
{
    /// <summary>What A, B and X have in common.</summary>
    public string Context => $"{Previous}+{Next}";
}
