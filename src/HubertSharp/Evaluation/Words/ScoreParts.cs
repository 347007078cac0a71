namespace HubertSharp.Evaluation.Words;

/// <summary>What a table of error rates is parted by, beside all texts.</summary>
public enum ScoreParts
{
    /// <summary>
    /// The languages that the references name, or the column that is asked for; else, in the default mode, what the references are written
    /// in. Nothing where all are alike.
    /// </summary>
    Auto,

    /// <summary>The languages that the references, or the manifest, name.</summary>
    Language,

    /// <summary>What each reference is written in: Chinese, Latin, or both, which is code-switched.</summary>
    Script,
}
