namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>What a tokenizer makes of recordings that it did not learn from: <c>tokenizer.json</c>.</summary>
/// <param name="Model">The tokenizer.</param>
/// <param name="Manifest">The recordings.</param>
/// <param name="Utterances">How many.</param>
/// <param name="AudioSeconds">How long they are together.</param>
/// <param name="FrameRate">Frames per second.</param>
/// <param name="CodebookSize">Codes of each quantiser.</param>
/// <param name="Quantizers">Quantisers of the tokenizer.</param>
/// <param name="EncodeRealTimeFactor">Seconds of one core for a second of audio.</param>
/// <param name="Recogniser">The model that wrote the texts down; null without one.</param>
/// <param name="Reconstructions">One for each number of quantisers.</param>
/// <param name="Codebooks">One for each quantiser.</param>
/// <param name="FirstQuantizer">What the codes of quantiser 1 tell, against each reference and language.</param>
/// <param name="Speakers">Whether quantiser 1, and the others, tell who speaks; none where the reference does not say it.</param>
public sealed record TokenizerReport(
    string Model, string Manifest, int Utterances, double AudioSeconds, double FrameRate, int CodebookSize, int Quantizers,
    double EncodeRealTimeFactor, string? Recogniser, IReadOnlyList<Reconstruction> Reconstructions, IReadOnlyList<CodebookUse> Codebooks,
    IReadOnlyList<CodeContent> FirstQuantizer, IReadOnlyList<SpeakerContent> Speakers)
{
    /// <summary>
    /// What the teacher's clusters tell of the reference: the level that quantiser 1 is to reach; none without both.
    /// </summary>
    public IReadOnlyList<CodeContent> TeacherClusters { get; init; } = [];

    /// <summary>Figures that programs of the user's measured.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>Name of the file in the folder of results.</summary>
    public const string FileName = "tokenizer.json";

    /// <summary>Name of the page beside it.</summary>
    public const string PageName = "tokenizer.html";

    /// <summary>The same in Chinese.</summary>
    public const string ChinesePageName = "tokenizer.zh.html";

    /// <summary>Folder of the recordings that the page plays.</summary>
    public const string AudioName = "audio";
}

/// <summary>Speech decoded from the first quantisers, against the original.</summary>
/// <param name="Quantizers">How many.</param>
/// <param name="BitsPerSecond">What their codes need, each with as many bits as its codebook.</param>
/// <param name="EntropyBitsPerSecond">What they need when frequent codes are shorter.</param>
/// <param name="DecodeRealTimeFactor">Seconds of one core for a second of audio.</param>
/// <param name="Figures">By the names of <see cref="TokenizerFigures"/>; what no recording has is not there.</param>
public sealed record Reconstruction(
    int Quantizers, double BitsPerSecond, double EntropyBitsPerSecond, double DecodeRealTimeFactor,
    IReadOnlyDictionary<string, Estimate> Figures);

/// <summary>How a quantiser uses its codes.</summary>
/// <param name="Quantizer">From 1.</param>
/// <param name="Used">Codes that occur.</param>
/// <param name="EntropyBits">Of a code, with its intervals: the bits that it needs when frequent codes are shorter.</param>
/// <param name="Perplexity">2 to the entropy: as many codes, all equally frequent, would be as uncertain.</param>
/// <param name="EntropyBitsPerSecond">Entropy times frames per second.</param>
/// <param name="LargestShare">Share of the most frequent code.</param>
public sealed record CodebookUse(
    int Quantizer, int Used, Estimate EntropyBits, double Perplexity, double EntropyBitsPerSecond, double LargestShare);

/// <summary>What the codes of quantiser 1 have to do with a reference.</summary>
/// <param name="Against"><c>reference</c>, or <c>labels</c>, the teacher's clusters.</param>
/// <param name="Language">The manifest's language; null for all.</param>
/// <param name="Frames">Frames compared.</param>
/// <param name="Classes">Classes of the reference.</param>
/// <param name="Pnmi">Share of the reference's information that the codes tell; null for a reference of one class.</param>
/// <param name="Purity">Share of frames whose class is the most frequent one of their code.</param>
/// <param name="AbxWithin">ABX error of the codes' vectors within speakers.</param>
/// <param name="AbxAcross">The same across speakers.</param>
public sealed record CodeContent(
    string Against, string? Language, long Frames, int Classes, Estimate? Pnmi, Estimate Purity, Estimate? AbxWithin, Estimate? AbxAcross);

/// <summary>How well a linear classifier tells who speaks from the mean vector of some quantisers' codes.</summary>
/// <param name="First">The first of the quantisers, from 1.</param>
/// <param name="Last">The last.</param>
/// <param name="Speakers">Who there is to tell.</param>
/// <param name="Recordings">That were told, each by a classifier that did not learn from it.</param>
/// <param name="Accuracy">Share that was right.</param>
/// <param name="Majority">Share of the most frequent speaker of those that were learnt from.</param>
public sealed record SpeakerContent(int First, int Last, int Speakers, int Recordings, Estimate Accuracy, double Majority);
