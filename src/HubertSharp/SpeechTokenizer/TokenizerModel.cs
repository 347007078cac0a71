using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// SpeechTokenizer (Zhang et al. 2024): speech to codes of which the first quantiser's carry what is said and the others the voice, and
/// codes to speech. It computes and does not learn. B recordings, S samples, T = ceil(S / hop) frames, D dimensions, N quantisers.
/// </summary>
internal sealed class TokenizerModel : IDisposable
{
    private readonly TokenizerWeights _weights;
    private readonly (Tensor Weight, Tensor Bias)? _transform;

    /// <exception cref="Runs.UserException">Tensors are missing, surplus or misshapen.</exception>
    public TokenizerModel(PortableTokenizer source, Device device)
    {
        TorchRuntime.Initialize();
        (Path, Config, _weights) = (source.Path, source.Config, new TokenizerWeights(source, device));
        try
        {
            using var guard = no_grad();
            Encoder = SeanetNetwork.Encoder(_weights, Config);
            if (Config.SemanticDimension != Config.Dimension)
                _transform = (_weights.Take("transform.weight", Config.SemanticDimension, Config.Dimension),
                    _weights.Take("transform.bias", Config.SemanticDimension));
            Quantizer = new ResidualQuantizer(_weights, Config);
            Decoder = SeanetNetwork.Decoder(_weights, Config);
            _weights.Complete();
            if (device.type == TorchSharp.DeviceType.CPU)
            {
                foreach (var packed in Encoder.ComputeOverFrames().Concat(Decoder.ComputeOverFrames()))
                    _weights.Own(packed);
            }
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    /// <summary>Where its weights came from, for messages.</summary>
    public string Path { get; }

    public TokenizerConfig Config { get; }

    public Device Device => _weights.Device;

    public ResidualQuantizer Quantizer { get; }

    public SeanetNetwork Encoder { get; }

    public SeanetNetwork Decoder { get; }

    /// <summary>Frames of so many samples.</summary>
    public long Frames(long samples) => (samples + Config.Hop - 1) / Config.Hop;

    /// <summary>Whole recordings [B, 1, S] to embeddings [B, D, T], before they are quantised.</summary>
    public Tensor Embed(Tensor samples)
    {
        using var guard = no_grad();
        return Encoder.Forward(samples);
    }

    /// <summary>Whole recordings [B, 1, S] to codes [N, B, T] int64.</summary>
    public Tensor Encode(Tensor samples, QuantizerRange? range = null, bool fromEmbeddings = false)
    {
        using var guard = no_grad();
        using var embeddings = Embed(samples);
        return Quantizer.Encode(embeddings, range ?? new QuantizerRange(1, Config.Quantizers), fromEmbeddings);
    }

    /// <summary>Codes [N, B, T] of quantisers from <paramref name="first"/> on to whole recordings [B, 1, T × hop].</summary>
    public Tensor Decode(Tensor codes, int first = 1)
    {
        using var guard = no_grad();
        using var quantized = Quantizer.Decode(codes, first);
        return Decoder.Forward(quantized);
    }

    /// <summary>What the training brings near the teacher's features: quantised embeddings [B, D, T] of the first quantiser.</summary>
    /// <returns>[B, T, semantic dimension].</returns>
    public Tensor SemanticFeatures(Tensor quantized)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var frames = quantized.transpose(1, 2);
        return (_transform is { } map ? linear(frames, map.Weight, map.Bias) : frames).MoveToOuterDisposeScope();
    }

    public void Dispose() => _weights.Dispose();
}
