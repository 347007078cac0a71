using System.Globalization;

namespace HubertSharp.Onnx;

/// <summary>What an exported tokenizer says of itself.</summary>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Hop">Samples of a frame.</param>
/// <param name="Quantizers">How many codes a frame has.</param>
/// <param name="CodebookSize">Codes of each quantiser.</param>
public sealed record OnnxTokenizerInfo(int SampleRate, int Hop, int Quantizers, int CodebookSize)
{
    private const string Format = "hubertsharp.tokenizer.v1";
    private const int Most = 1 << 24;

    /// <summary>Frames of so many samples.</summary>
    public long Frames(long samples) => (samples + Hop - 1) / Hop;

    internal static OnnxTokenizerInfo Read(string path, string kind, IReadOnlyDictionary<string, string> metadata)
    {
        Check(path, kind, metadata);
        int Number(string key) => NumberOf(path, key, metadata, 1);
        return new OnnxTokenizerInfo(Number("sample_rate"), Number("hop"), Number("quantizers"), Number("codebook_size"));
    }

    internal static int NumberOf(string path, string key, IReadOnlyDictionary<string, string> metadata, int least) =>
        int.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number < Most ? number
            : throw OnnxFaults.NotTokenizer(path, $"{key} {metadata.GetValueOrDefault(key) ?? "unknown"}");

    private static void Check(string path, string kind, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("format") != Format)
            throw OnnxFaults.NotTokenizer(path, metadata.GetValueOrDefault("format") ?? "no format");
        if (metadata.GetValueOrDefault("kind") != kind)
            throw OnnxFaults.NotTokenizer(path, $"kind {metadata.GetValueOrDefault("kind") ?? "unknown"}");
    }
}
