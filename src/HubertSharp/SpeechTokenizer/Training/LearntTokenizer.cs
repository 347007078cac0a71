using HubertSharp.Distributed;
using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.SpeechTokenizer.Weights;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Training;

// B recordings, S samples, T frames, D dimensions, E dimensions of the teacher

/// <summary>A tokenizer that learns: the network of <see cref="TokenizerModel"/> with gradients, its parameters in one store.</summary>
internal sealed class LearntTokenizer : IDisposable
{
    private const string Transform = "transform";
    private const int Decoder = 1; // of the layers
    private readonly LearntWeights _weights;

    /// <param name="config">The network's settings.</param>
    /// <param name="rules">How the codebooks follow.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="precision">
    /// Of the convolutions between the first and the last of each half. Those two, the LSTMs, the quantisers, the projection to the teacher
    /// and all that is measured are float32.
    /// </param>
    public LearntTokenizer(
        TokenizerConfig config, QuantizerRules rules, Device device, ComputePrecision precision = ComputePrecision.Float32)
    {
        Config = config;
        Parameters = new ParameterStore(ParameterNotes.Of(Note), precision, device);
        Quantizer = new LearntQuantizer(config, rules, device);
        _weights = new LearntWeights(Parameters);
        var decoder = Parameters.Infos.First(info => info.Name.StartsWith("decoder.", StringComparison.Ordinal)).Offset;
        Parameters.Layers = [(0, decoder), (decoder, Parameters.Gradients.numel() - decoder)];
    }

    public TokenizerConfig Config { get; }

    public ParameterStore Parameters { get; }

    public LearntQuantizer Quantizer { get; }

    /// <summary>Told during a backward pass which of <see cref="ParameterStore.Layers"/> is complete; null where nobody asks.</summary>
    public Action<int>? LayerDone { get; set; }

    private bool IsTransformed => Config.SemanticDimension != Config.Dimension;

    /// <summary>Recordings to codes and back, with all gradients. Call it in a dispose scope.</summary>
    /// <param name="samples">[B, 1, S], whole frames.</param>
    /// <param name="micro">See <see cref="LearntQuantizer.Forward"/>.</param>
    /// <param name="replicas">The processes.</param>
    public Generated Forward(Tensor samples, int micro, Replicas replicas)
    {
        using var scope = NewDisposeScope();
        _weights.IsFrozen = false;
        var embeddings = SeanetNetwork.Encoder(_weights, Config).Forward(samples);
        var quantized = Quantizer.Forward(embeddings, micro, replicas);
        // before the decoder's weights are computed from its parameters, so that the way back comes to it after them
        var sum = replicas.Count > 1 ? GradientMark.Apply(quantized.Sum, () => LayerDone?.Invoke(Decoder)) : quantized.Sum;
        var made = SeanetNetwork.Decoder(_weights, Config).Forward(sum);
        return new Generated(made.MoveToOuterDisposeScope(), Features(quantized.First).MoveToOuterDisposeScope(),
            quantized.Commitment.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The same in float32, as whoever uses the tokenizer computes it, without a gradient and without any change of the codebooks; and the
    /// codes [N, B, T].
    /// </summary>
    public (Generated Generated, Tensor Codes) Evaluate(Tensor samples)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _weights.IsFrozen = true;
        var embeddings = SeanetNetwork.Encoder(_weights.Exact, Config).Forward(samples);
        var (sum, first, codes) = Quantizer.Evaluate(embeddings);
        var made = SeanetNetwork.Decoder(_weights.Exact, Config).Forward(sum);
        return (new Generated(made.MoveToOuterDisposeScope(), Features(first).MoveToOuterDisposeScope(),
            zeros(1, device: samples.device).MoveToOuterDisposeScope()), codes.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _weights.Dispose();
        Quantizer.Dispose();
        Parameters.Dispose();
    }

    // [B, D, T] to [B, T, E]
    private Tensor Features(Tensor quantized)
    {
        var frames = quantized.transpose(1, 2);
        return !IsTransformed ? frames : linear(frames,
            _weights.Exact.Take($"{Transform}.weight", Config.SemanticDimension, Config.Dimension),
            _weights.Exact.Take($"{Transform}.bias", Config.SemanticDimension));
    }

    private void Note(LayerWeights notes)
    {
        SeanetNetwork.Encoder(notes, Config);
        if (IsTransformed)
        {
            notes.Take($"{Transform}.weight", Config.SemanticDimension, Config.Dimension);
            notes.Take($"{Transform}.bias", Config.SemanticDimension);
        }
        SeanetNetwork.Decoder(notes, Config);
    }
}

/// <summary>What a tokenizer that learns makes of recordings.</summary>
/// <param name="Made">[B, 1, S].</param>
/// <param name="Features">[B, T, E], to be brought near the teacher's.</param>
/// <param name="Commitment">A number.</param>
internal sealed record Generated(Tensor Made, Tensor Features, Tensor Commitment) : IDisposable
{
    /// <summary>Keeps it beyond the dispose scope.</summary>
    public Generated Detached()
    {
        foreach (var tensor in (Tensor[])[Made, Features, Commitment])
            tensor.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Made.Dispose();
        Features.Dispose();
        Commitment.Dispose();
    }
}
