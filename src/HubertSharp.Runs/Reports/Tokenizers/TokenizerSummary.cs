namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>One of several tokenizers that differ in their teacher alone.</summary>
/// <param name="Teacher"><c>hubert</c>, <c>mfcc</c> or <c>none</c>.</param>
/// <param name="Layer">The HuBERT's layer, or <c>avg</c>; null for another teacher.</param>
/// <param name="Updates">Of the checkpoint that was measured.</param>
/// <param name="Folder">Of its page and recordings, from the pipeline's folder on.</param>
/// <param name="Report">What was measured.</param>
public sealed record TokenizerSummary(
    string Teacher, string? Layer, long Updates, string Folder, TokenizerReport Report)
{
    /// <summary>What the doctor says of its training; null where nobody kept it.</summary>
    public string? Verdict { get; init; }

    /// <summary>The same in Chinese.</summary>
    public string? VerdictChinese { get; init; }

    /// <summary>Name of the file in the folder of the comparison.</summary>
    public const string FileName = "tokenizers.json";

    /// <summary>Name of the page beside it.</summary>
    public const string PageName = "tokenizers.html";

    /// <summary>The same in Chinese.</summary>
    public const string ChinesePageName = "tokenizers.zh.html";
}
