using HubertSharp.Runs.Arrays;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>A tokenizer as it lies on disk: settings, and all tensors under their released names.</summary>
/// <param name="Path">The file of weights, for messages.</param>
/// <param name="Config">The network.</param>
/// <param name="Tensors">Weights and the codebooks' running averages; of a file each is read when it is asked for.</param>
internal sealed record PortableTokenizer(string Path, TokenizerConfig Config, IReadOnlyDictionary<string, SafetensorsTensor> Tensors)
{
    /// <summary>The network, ready to compute.</summary>
    /// <exception cref="Runs.UserException">Tensors are missing, surplus or misshapen.</exception>
    public TokenizerModel Build(Device device) => new(this, device);
}
