using HubertSharp.Models.Convolutions;
using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models;

// B rows, S samples, T frames, C channels, D encoder width.

/// <summary>
/// HuBERT (Hsu et al. 2021) with every option of fairseq's base, large and x-large configurations and fairseq's parameter names.
/// The forward pass is a function over a <see cref="ParameterStore"/>; nothing else holds state.
/// </summary>
public sealed class HubertModel : IDisposable
{
    private readonly FrontEnd? _frontEnd;
    private readonly MelFrontEnd? _melFrontEnd; // one of the two
    private readonly WeightAndBias? _norm; // not in distilled models
    private readonly WeightAndBias? _projection; // where the widths differ
    private readonly Parameter _maskEmbedding;
    private readonly Encoder _encoder;
    private readonly PositionalNorm? _positionalNorm;
    private readonly ClusterPrediction[] _predictions; // the last layer's at the end
    private readonly Device _device;

    /// <param name="config">The model group.</param>
    /// <param name="task">Sample rate and label sets.</param>
    /// <param name="classesPerLabelSet">Size of each dictionary, its four special symbols included; empty for a model without prediction
    /// head.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="device">Where everything lives.</param>
    /// <param name="trainable">False leaves out the gradients' memory: the model only computes.</param>
    /// <exception cref="Runs.UserException">An option that is not available, or widths that do not fit.</exception>
    public HubertModel(ModelConfig config, TaskConfig task, IReadOnlyList<int> classesPerLabelSet, ComputePrecision precision,
        Device? device = null, bool trainable = true)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(classesPerLabelSet);
        Check(config);
        if (precision == ComputePrecision.Float16 && (device ?? CPU).type == TorchSharp.DeviceType.CPU)
            throw new ArgumentException("fp16 is for GPUs; the kernels for processors know float32 and bf16", nameof(precision));
        TorchRuntime.Initialize();
        Config = config;
        Task = task;
        ClassesPerLabelSet = [.. classesPerLabelSet];
        _device = device ?? CPU;
        Alignment = new FrameAlignment(config, config.LabelRate > 0 ? config.LabelRate : task.LabelRate, task.SampleRate);
        Parameters = new ParameterStore(HubertParameters.Of(config, ClassesPerLabelSet), precision, _device, trainable);
        if (config.Frontend == Frontends.Waveform)
            _frontEnd = new FrontEnd(config, Parameters);
        else
            _melFrontEnd = new MelFrontEnd(config, Parameters);
        _norm = Parameters.Has("layer_norm.weight") ? Parameters.WeightAndBiasOf("layer_norm") : null;
        _projection = Parameters.Has("post_extract_proj.weight") ? Parameters.WeightAndBiasOf("post_extract_proj") : null;
        _maskEmbedding = Parameters.ParameterOf("mask_emb");
        _positionalNorm = config.ConvPosBatchNorm ? new PositionalNorm(Parameters, config.EncoderEmbedDim, _device) : null;
        _encoder = new Encoder(config, Parameters, _positionalNorm);
        _predictions = [.. HubertParameters.HeadLayers(config)
            .Select(layer => new ClusterPrediction(config, Parameters, ClassesPerLabelSet, layer))];
        Buffers = new[] { _positionalNorm?.Buffers, _melFrontEnd?.Buffers }.OfType<IReadOnlyDictionary<string, Tensor>>()
            .SelectMany(buffers => buffers).ToDictionary(StringComparer.Ordinal);
    }

    public ModelConfig Config { get; }

    public TaskConfig Task { get; }

    public IReadOnlyList<int> ClassesPerLabelSet { get; }

    internal ParameterStore Parameters { get; }

    /// <summary>What a checkpoint holds beside the parameters (<see cref="HubertBuffers"/>), in float32.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <summary>Samples, frames and labels of this model.</summary>
    internal FrameAlignment Alignment { get; }

    /// <summary>Draws all parameters anew: the same numbers as fairseq's model of this configuration and seed starts from.</summary>
    public void Initialise(ulong seed) => HubertInitialisation.Apply(Config, Parameters, seed);

    /// <summary>Mask settings of the frames of a configuration.</summary>
    internal static MaskSettings FrameMask(ModelConfig config) => new()
    {
        Probability = config.MaskProb,
        SpanLength = config.MaskLength,
        Selection = config.MaskSelection,
        Other = config.MaskOther,
        NoOverlap = config.NoMaskOverlap,
        MinimumSpace = config.MaskMinSpace,
        MinimumSpans = 2,
    };

    /// <summary>Mask settings of the channels of a configuration.</summary>
    internal static MaskSettings ChannelMask(ModelConfig config) => new()
    {
        Probability = config.MaskChannelProb,
        SpanLength = config.MaskChannelLength,
        Selection = config.MaskChannelSelection,
        Other = config.MaskChannelOther,
        NoOverlap = config.NoMaskChannelOverlap,
        MinimumSpace = config.MaskChannelMinSpace,
        MinimumSpans = 0,
    };

    /// <summary>Frames per row of a batch after its labels have trimmed them; the T of its mask.</summary>
    internal int FramesOf(HubertBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var frames = Alignment.Frames(batch.SamplesPerRow);
        if (batch.Targets.Count > 0)
            frames = Alignment.TrimmedFrames(frames, batch.ShortestTargetLength);
        return frames > 0 ? frames : throw ModelFaults.TooShort(batch.SamplesPerRow);
    }

    /// <summary>Masks, encodes and scores a batch. Call it inside a dispose scope that ends after backward.</summary>
    /// <param name="batch">As many label sets as the model has.</param>
    /// <param name="criterion">Weights of the terms.</param>
    /// <param name="step">Dropouts, seed, and whether unmasked frames are scored without a weight.</param>
    /// <returns>The loss, whose <c>backward()</c> adds to <see cref="ParameterStore.Gradients"/>.</returns>
    internal LossResult Loss(HubertBatch batch, CriterionConfig criterion, StepContext step)
    {
        ArgumentNullException.ThrowIfNull(criterion);
        if (ClassesPerLabelSet.Count == 0)
            throw new InvalidOperationException("a model without prediction head has no loss");
        var plan = BatchFrames.Of(this, batch, step.Seed);
        using var scope = NewDisposeScope();
        var middle = new Dictionary<int, Tensor>();
        var encoded = Encode(batch, plan, step, out var featuresPenalty, middle); // [B, T, D]
        var layers = _predictions.Select(head =>
        {
            var isLast = head.Layer == Config.EncoderLayers;
            var flat = (isLast ? encoded : middle[head.Layer]).reshape(-1, encoded.shape[2]);
            var masked = Config.SkipMasked ? [] : Score(head, flat, plan.Masked, gradient: criterion.PredMaskedWeight > 0);
            var wanted = !Config.SkipNomask && (criterion.PredNomaskWeight > 0 || (isLast && step.ScoreUnmasked));
            var unmasked = wanted ? Score(head, flat, plan.Unmasked, gradient: criterion.PredNomaskWeight > 0) : [];
            return new LayerScores(head.Layer, masked, unmasked);
        }).ToList();
        var result = HubertCriterion.Combine(criterion, layers[^1].Masked, layers[^1].Unmasked, featuresPenalty, layers[..^1]);
        result.Loss.MoveToOuterDisposeScope();
        result.FeaturesPenalty?.MoveToOuterDisposeScope();
        foreach (var score in result.AllScores)
        {
            score.LossSum.MoveToOuterDisposeScope();
            score.Correct.MoveToOuterDisposeScope();
            score.RowLossSum.MoveToOuterDisposeScope();
            score.RowCorrect.MoveToOuterDisposeScope();
        }
        return result;
    }

    /// <summary>
    /// Encoder layers (from 0) that layer drop leaves out of a pass. Their gradient stays zero; fairseq on one process has none
    /// at all, so that its Adam passes over them.
    /// </summary>
    internal IReadOnlySet<int> DroppedLayers(StepContext step) => _encoder.DroppedLayers(step);

    /// <summary>
    /// Every layer's output without masks and dropouts, in fairseq's convention: entry k − 1 is <c>extract_features(output_layer=k)</c>.
    /// </summary>
    /// <param name="source">[B, S] samples, row by row.</param>
    /// <param name="lengthsSamples">Samples of each row, or null for one row without padding.</param>
    /// <param name="depth">How many layers to run; null for all.</param>
    /// <returns>Per layer [B, T, D] in the compute type, in the caller's dispose scope. Pre-LN layers come before the final layer
    /// norm.</returns>
    public IReadOnlyList<Tensor> ExtractLayers(float[] source, IReadOnlyList<long>? lengthsSamples = null, int? depth = null)
    {
        if (depth is { } layersToRun)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(layersToRun, 1, nameof(depth));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(layersToRun, Config.EncoderLayers, nameof(depth));
        }
        var layers = new List<Tensor>();
        using var scope = NewDisposeScope();
        Extract(source, lengthsSamples, layers.Add, depth);
        foreach (var layer in layers)
            layer.MoveToOuterDisposeScope();
        return layers;
    }

    /// <summary>
    /// fairseq's <c>extract_features</c>: one layer's output, or the last one with the final layer norm of pre-LN models.
    /// </summary>
    /// <param name="source">[B, S] samples, row by row.</param>
    /// <param name="lengthsSamples">Samples of each row, or null for one row without padding.</param>
    /// <param name="outputLayer">1 to the number of layers; null for the last, normalised.</param>
    /// <returns>[B, T, D] in the compute type, in the caller's dispose scope.</returns>
    public Tensor ExtractFeatures(float[] source, IReadOnlyList<long>? lengthsSamples = null, int? outputLayer = null)
    {
        if (outputLayer is { } layer)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1, nameof(outputLayer));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, Config.EncoderLayers, nameof(outputLayer));
        }
        using var scope = NewDisposeScope();
        var seen = 0;
        Tensor? wanted = null;
        var last = Extract(source, lengthsSamples, x =>
        {
            if (++seen == outputLayer)
                wanted = x;
        }, outputLayer);
        return (wanted ?? last).MoveToOuterDisposeScope();
    }

    /// <summary>Builds the model of a checkpoint folder like <c>RUN/checkpoints/update_000010000</c>.</summary>
    /// <exception cref="Runs.UserException">Not such a folder, or damaged.</exception>
    public static HubertModel FromCheckpointFolder(string folder, ComputePrecision precision, Device? device = null) =>
        HubertCheckpoint.Read(folder, precision, device);

    /// <summary>What <c>model.json</c> says of this model.</summary>
    public ModelDescription Describe() => new(Config, Task, ClassesPerLabelSet);

    /// <summary>Sets the buffers.</summary>
    /// <param name="source">Gives the values of a buffer.</param>
    internal void CopyBuffers(Func<string, float[]> source)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, buffer) in Buffers)
            buffer.copy_(tensor(source(name)));
        if (Buffers.TryGetValue(HubertBuffers.MelDeviation, out var deviation) && !deviation.gt(Scalars.Zero).all().item<bool>())
            throw ModelFaults.NoDeviation();
    }

    public void Dispose()
    {
        Parameters.Dispose();
        _positionalNorm?.Dispose();
        _melFrontEnd?.Dispose();
    }

    /// <summary>Every layer, and the normalised last output, under another rule for which frames are padding than fairseq's.</summary>
    /// <param name="source">[B, S] samples, row by row.</param>
    /// <param name="lengthsSamples">Samples of each row.</param>
    /// <param name="validFrames">[B] frames of each row that are attended to.</param>
    internal (IReadOnlyList<Tensor> Layers, Tensor Last) ExtractWithFrames(
        float[] source, IReadOnlyList<long> lengthsSamples, int[] validFrames)
    {
        var layers = new List<Tensor>();
        return (layers, Extract(source, lengthsSamples, layers.Add, depth: null, validFrames));
    }

    /// <summary>The final layer norm that pre-LN models put over their last layer.</summary>
    internal Tensor FinalNorm(Tensor last)
    {
        using var guard = no_grad();
        return _encoder.FinalNorm(last);
    }

    private Tensor Extract(
        float[] source, IReadOnlyList<long>? lengthsSamples, Action<Tensor> afterLayer, int? depth, int[]? validFrames = null)
    {
        using var guard = no_grad();
        long[] lengths = lengthsSamples is null ? [source.Length] : [.. lengthsSamples];
        var batch = new HubertBatch(source, lengths, [], mask: null);
        var features = Features(batch, FramesOf(batch), out _);
        var padding = validFrames is not null ? BatchFrames.Padding(this, validFrames, FramesOf(batch))
            : lengthsSamples is null ? null : BatchFrames.Padding(this, batch, FramesOf(batch));
        return _encoder.Forward(Project(features), padding, default, afterLayer, depth).alias();
    }

    /// <summary>Front end, masks and encoder.</summary>
    /// <param name="middle">Takes the outputs of the middle layers that have a head, by layer.</param>
    internal Tensor Encode(
        HubertBatch batch, BatchFrames plan, StepContext step, out Tensor featuresPenalty, Dictionary<int, Tensor>? middle = null)
    {
        using var scope = NewDisposeScope();
        var features = Features(batch, plan.FramesPerRow, out var penalty, plan.HiddenInput);
        features = step.Profile?.Boundary(features, "front end", "projection backward") ?? features;
        var x = Project(features);
        if (step.Training)
            x = Dropout.Apply(x, Config.DropoutInput, SeededRandom.Derive(step.Seed, ModelSeeds.InputDropout));
        x = plan.Hide(x, _maskEmbedding.Leaf);
        x = step.Profile?.Boundary(x, "projection", "positions backward") ?? x;
        x = _encoder.Forward(x, plan.PaddingOrNull, step, middle is null || _predictions.Length == 1 ? null : Take(middle));
        x = step.Profile?.Boundary(x, "layers", "loss backward") ?? x;
        featuresPenalty = penalty.MoveToOuterDisposeScope();
        foreach (var (_, output) in middle ?? [])
            output.MoveToOuterDisposeScope();
        return x.MoveToOuterDisposeScope();
    }

    private Action<Tensor> Take(Dictionary<int, Tensor> middle)
    {
        var layer = 0;
        return x =>
        {
            layer++;
            // of its own: layer drop hands the same output on
            if (layer < Config.EncoderLayers && _predictions.Any(head => head.Layer == layer))
                middle[layer] = x.alias();
        };
    }

    /// <summary>Front end and gradient multiplier; the penalty is taken after the multiplier and before the layer norm.</summary>
    internal Tensor Features(HubertBatch batch, int frames, out Tensor penalty, Tensor? hiddenInput = null)
    {
        if (_melFrontEnd is not null)
        {
            penalty = zeros([], float32, _device); // nothing that a penalty could hold small
            return _melFrontEnd.Forward(batch, Alignment.Frames(batch.SamplesPerRow), hiddenInput).narrow(1, 0, frames);
        }
        using var source = DeviceCopy.Of(batch.Source, [batch.Rows, batch.SamplesPerRow], _device);
        Tensor features;
        if (Config.FeatureGradMult > 0)
        {
            features = GradientMultiplier.Apply(_frontEnd!.Forward(source), Config.FeatureGradMult);
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
    internal Tensor Project(Tensor features)
    {
        var x = _norm is null ? features : F.layer_norm(features, [features.shape[^1]], _norm.Weight.Leaf, _norm.Bias.Leaf);
        return _projection is null ? x : F.linear(x, _projection.Weight.Leaf, _projection.Bias.Leaf);
    }

    /// <summary>The last layer's.</summary>
    internal List<Tensor> Logits(Tensor flat, ScoredFrames frames) => _predictions[^1].Logits(flat, frames.Positions);

    private static List<FrameScores> Score(ClusterPrediction head, Tensor flat, ScoredFrames frames, bool gradient)
    {
        using var guard = gradient ? null : no_grad();
        var logits = head.Logits(flat, frames.Positions);
        var scores = new List<FrameScores>(logits.Count);
        for (var set = 0; set < logits.Count; set++)
            scores.Add(ClusterPrediction.Score(logits[set], frames.Targets[set], frames.Rows, frames.RowCount));
        return scores;
    }

    private static void Check(ModelConfig config)
    {
        foreach (var (key, expected, found) in ModelRules.Widths(config))
            throw ModelFaults.WidthsDoNotFit(key, expected, found);
        foreach (var (key, expected, found) in ModelRules.Unavailable(config))
            throw ModelFaults.Unsupported(key, expected, found);
    }
}
