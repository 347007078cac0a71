using System.Collections.Frozen;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, D width.

/// <summary>
/// The Transformer encoder. fairseq pads an odd T to a multiple of <c>required_seq_len_multiple</c> with frames that nobody
/// attends to and cuts them off again; that changes no number and is left out here.
/// </summary>
internal sealed class Encoder
{
    private const ulong InputDropout = 0, LayerDrop = 1, FirstLayer = 2;

    private readonly ModelConfig _config;
    private readonly PositionalConvolution _positions;
    private readonly WeightAndBias _norm;
    private readonly EncoderLayer[] _layers;
    private readonly PositionalNorm? _positionalNorm;

    /// <param name="config">The model group.</param>
    /// <param name="parameters">Holds the parameters.</param>
    /// <param name="positionalNorm">Before the positions, where the model has one; it stays the caller's.</param>
    public Encoder(ModelConfig config, ParameterStore parameters, PositionalNorm? positionalNorm)
    {
        _config = config;
        _positions = new PositionalConvolution(config, parameters);
        _positionalNorm = positionalNorm;
        _norm = parameters.WeightAndBiasOf("encoder.layer_norm");
        _layers = [.. Enumerable.Range(0, config.EncoderLayers).Select(i => new EncoderLayer(config, parameters, i))];
    }

    /// <summary>All layers, and for pre-LN models the final layer norm.</summary>
    /// <param name="x">[B, T, D].</param>
    /// <param name="padding">[B, T] true where padding, or null.</param>
    /// <param name="step">Whether dropouts and layer drop act, and their seed.</param>
    /// <param name="afterLayer">Sees each layer's output as fairseq's <c>output_layer</c> = index + 1 returns it: before the final
    /// norm.</param>
    /// <param name="depth">How many layers to run; null for all, and the final layer norm.</param>
    /// <param name="beforeLayers">Sees what the first layer is given.</param>
    public Tensor Forward(Tensor x, Tensor? padding, StepContext step, Action<Tensor>? afterLayer = null, int? depth = null,
        Action<Tensor>? beforeLayers = null)
    {
        var seed = SeededRandom.Derive(step.Seed, ModelSeeds.Encoder);
        x = Start(x, padding, step.Training, seed);
        beforeLayers?.Invoke(x);
        x = step.Profile?.Boundary(x, "positions", "layers backward") ?? x;
        var keyBias = padding is null ? null : zeros_like(padding, float32).masked_fill(padding, Scalars.NegativeInfinity);
        var dropped = DroppedLayers(step);
        for (var i = 0; i < (depth ?? _layers.Length); i++)
        {
            var layer = i;
            if (step.LayerDone is { } done)
                x = GradientMark.Apply(x, () => done(layer));
            if (!dropped.Contains(i))
                x = Layer(_layers[i], x, keyBias, step.Training, SeededRandom.Derive(seed, FirstLayer + (ulong)i));
            afterLayer?.Invoke(x);
        }
        return _config.LayerNormFirst && depth is null ? FinalNorm(x) : x;
    }

    /// <summary>
    /// Layers (from 0) that layer drop leaves out of this pass: one draw per layer, as in fairseq, kept when it exceeds the rate.
    /// </summary>
    public IReadOnlySet<int> DroppedLayers(StepContext step)
    {
        if (!step.Training || _config.EncoderLayerdrop <= 0)
            return FrozenSet<int>.Empty;
        var draws = new SeededRandom(SeededRandom.Derive(SeededRandom.Derive(step.Seed, ModelSeeds.Encoder), LayerDrop));
        var dropped = new HashSet<int>();
        for (var i = 0; i < _layers.Length; i++)
        {
            if (draws.NextDouble() <= _config.EncoderLayerdrop)
                dropped.Add(i);
        }
        return dropped;
    }

    private Tensor Layer(EncoderLayer layer, Tensor x, Tensor? keyBias, bool training, ulong seed) =>
        _config.CheckpointActivations && training
            ? Recomputation.Apply((y, bias) => layer.Forward(y, bias, training, seed), x, keyBias)
            : layer.Forward(x, keyBias, training, seed);

    /// <summary>Adds positions; post-LN models normalise here.</summary>
    private Tensor Start(Tensor x, Tensor? padding, bool training, ulong seed)
    {
        using var scope = NewDisposeScope();
        if (padding is not null)
            x = x.masked_fill(padding.unsqueeze(-1), Scalars.Zero);
        x = x.add(_positions.Forward(_positionalNorm?.Forward(x, training) ?? x), Scalars.One);
        if (!_config.LayerNormFirst)
            x = FinalNorm(x);
        if (training)
            x = Dropout.Apply(x, _config.Dropout, SeededRandom.Derive(seed, InputDropout));
        return x.MoveToOuterDisposeScope();
    }

    internal Tensor FinalNorm(Tensor x) => F.layer_norm(x, [x.shape[^1]], _norm.Weight.Leaf, _norm.Bias.Leaf);
}
