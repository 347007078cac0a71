using System.Text.Json.Nodes;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;

namespace HubertSharp.Interop;

/// <summary>How files of a SpeechTokenizer are told from those of a HuBERT model, so that one given for the other is named.</summary>
internal static class TokenizerMark
{
    private const string Codebook = "quantizer.vq.layers.0._codebook.embed";

    /// <summary>What the released checkpoint is called.</summary>
    public const string TorchName = "SpeechTokenizer.pt";

    /// <summary>What the two halves are called as ONNX.</summary>
    public const string EncoderName = "encoder.onnx", DecoderName = "decoder.onnx";

    /// <summary>Where a training's checkpoint has the weights, beside those of the discriminators.</summary>
    public const string GeneratorKey = "generator";

    /// <summary>Whether a tensor is one that every tokenizer has and no other model.</summary>
    public static bool IsTensor(string name) => name.EndsWith(Codebook, StringComparison.Ordinal);

    /// <summary>Whether settings are a tokenizer's.</summary>
    public static bool IsConfig(JsonObject json) => json.ContainsKey("n_q") && json.ContainsKey("strides");

    /// <summary>Whether what a PyTorch file holds is a tokenizer's weights, or a checkpoint with them.</summary>
    public static bool IsRoot(object? root) =>
        PlainValue.Map(PlainValue.Item(root, GeneratorKey) ?? root)?.Pairs.Any(pair => pair.Key is string name && IsTensor(name)) == true;

    /// <summary>Whether a folder has a tokenizer's settings.</summary>
    public static bool IsFolder(string path)
    {
        var config = Path.Combine(path, HuggingFaceConfig.FileName);
        try
        {
            return File.Exists(config) && IsConfig(HuggingFaceConfig.ReadObject(config));
        }
        catch (Runs.UserException)
        {
            return false; // damaged: it tells nothing
        }
    }
}
