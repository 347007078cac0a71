using HubertSharp.Models.Convolutions;
using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models;

// B rows, S samples, T frames, C channels, D encoder width.

/// <summary>
/// The way from samples to what the prediction heads score: front end, projection, masks, transformer. What it needs to know of a
/// model's labels it is told, a batch's frames.
/// </summary>
internal sealed class AudioEncoder : IDisposable
{
    private readonly ModelConfig _config;
    private readonly FrameAlignment _alignment;
    private readonly Device _device;
    private readonly FrontEnd? _frontEnd;
    private readonly MelFrontEnd? _melFrontEnd; // one of the two
    private readonly WeightAndBias? _norm; // not in distilled models
    private readonly WeightAndBias? _projection; // where the widths differ
    private readonly Parameter _maskEmbedding;
    private readonly PositionalNorm? _positionalNorm;
    private readonly Encoder _layers;

    public AudioEncoder(ModelConfig config, ParameterStore parameters, FrameAlignment alignment, Device device)
    {
        (_config, _alignment, _device) = (config, alignment, device);
        if (config.Frontend == Frontends.Waveform)
            _frontEnd = new FrontEnd(config, parameters);
        else
            _melFrontEnd = new MelFrontEnd(config, parameters);
        _norm = parameters.Has("layer_norm.weight") ? parameters.WeightAndBiasOf("layer_norm") : null;
        _projection = parameters.Has("post_extract_proj.weight") ? parameters.WeightAndBiasOf("post_extract_proj") : null;
        _maskEmbedding = parameters.ParameterOf("mask_emb");
        _positionalNorm = config.ConvPosBatchNorm ? new PositionalNorm(parameters, config.EncoderEmbedDim, device) : null;
        _layers = new Encoder(config, parameters, _positionalNorm);
        Buffers = new[] { _positionalNorm?.Buffers, _melFrontEnd?.Buffers }.OfType<IReadOnlyDictionary<string, Tensor>>()
            .SelectMany(buffers => buffers).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>As <see cref="HubertModel.Buffers"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <summary>As <see cref="HubertModel.DroppedLayers"/>.</summary>
    public IReadOnlySet<int> DroppedLayers(StepContext step) => _layers.DroppedLayers(step);

    /// <summary>Front end, masks and layers.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="plan">Which frames count and which are hidden.</param>
    /// <param name="step">Dropouts and seed.</param>
    /// <param name="featuresPenalty">As <see cref="Features"/>.</param>
    /// <param name="middle">Takes the outputs of middle layers.</param>
    public Tensor Encode(
        HubertBatch batch, BatchFrames plan, StepContext step, out Tensor featuresPenalty, MiddleOutputs? middle = null)
    {
        using var scope = NewDisposeScope();
        var features = Features(batch, plan.FramesPerRow, out var penalty, plan.HiddenInput,
            step.Training && _config.Vtlp > 0 ? Warps(batch.Rows, step.Seed) : null);
        features = step.Profile?.Boundary(features, "front end", "projection backward") ?? features;
        var x = Project(features);
        if (step.Training)
            x = Dropout.Apply(x, _config.DropoutInput, SeededRandom.Derive(step.Seed, ModelSeeds.InputDropout));
        x = plan.Hide(x, _maskEmbedding.Leaf);
        x = step.Profile?.Boundary(x, "projection", "positions backward") ?? x;
        x = _layers.Forward(x, plan.PaddingOrNull, step, middle is null ? null : middle.See);
        x = step.Profile?.Boundary(x, "layers", "loss backward") ?? x;
        featuresPenalty = penalty.MoveToOuterDisposeScope();
        middle?.MoveToOuterDisposeScope();
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The last layer's output without masks and dropouts, in the caller's dispose scope as all others.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="frames">Frames per row.</param>
    /// <param name="padding">Frames that are none, or null.</param>
    /// <param name="afterLayer">Is shown each layer's output.</param>
    /// <param name="depth">How many layers to run; null for all.</param>
    /// <param name="beforeLayers">Is shown what the first layer is given.</param>
    public Tensor Extract(
        HubertBatch batch, int frames, Tensor? padding, Action<Tensor> afterLayer, int? depth, Action<Tensor>? beforeLayers = null) =>
        _layers.Forward(Project(Features(batch, frames, out _)), padding, default, afterLayer, depth, beforeLayers).alias();

    /// <summary>The final layer norm that pre-LN models put over their last layer.</summary>
    public Tensor FinalNorm(Tensor last)
    {
        using var guard = no_grad();
        return _layers.FinalNorm(last);
    }

    /// <summary>Front end and gradient multiplier; the penalty is taken after the multiplier and before the layer norm.</summary>
    public Tensor Features(HubertBatch batch, int frames, out Tensor penalty, Tensor? hiddenInput = null, double[]? warps = null)
    {
        if (_melFrontEnd is not null)
        {
            penalty = zeros([], float32, _device); // nothing that a penalty could hold small
            return _melFrontEnd.Forward(batch, _alignment.Frames(batch.SamplesPerRow), hiddenInput, warps).narrow(1, 0, frames);
        }
        using var source = DeviceCopy.Of(batch.Source, [batch.Rows, batch.SamplesPerRow], _device);
        Tensor features;
        if (_config.FeatureGradMult > 0)
        {
            features = GradientMultiplier.Apply(_frontEnd!.Forward(source), _config.FeatureGradMult);
        }
        else
        {
            using var guard = no_grad();
            features = _frontEnd!.Forward(source);
        }
        if (features.shape[1] > frames)
            features = features.narrow(1, 0, frames);
        var singles = features.to_type(float32);
        penalty = (singles * singles).mean();
        return features; // [B, T, C]
    }

    /// <summary>
    /// Layer norm over channels, unless the model has none, then the projection to the encoder's width where they differ.
    /// </summary>
    public Tensor Project(Tensor features)
    {
        var x = _norm is null ? features : F.layer_norm(features, [features.shape[^1]], _norm.Weight.Leaf, _norm.Bias.Leaf);
        return _projection is null ? x : F.linear(x, _projection.Weight.Leaf, _projection.Bias.Leaf);
    }

    /// <summary>A vocal tract length for each row (Jaitly and Hinton, 2013).</summary>
    private double[] Warps(int rows, ulong seed)
    {
        var random = new SeededRandom(SeededRandom.Derive(seed, ModelSeeds.Warp));
        return [.. Enumerable.Range(0, rows).Select(_ => 1 + (_config.Vtlp * ((2 * random.NextDouble()) - 1)))];
    }

    public void Dispose()
    {
        _positionalNorm?.Dispose();
        _melFrontEnd?.Dispose();
    }
}
