using HubertSharp.Models.Frames;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Models;

// B rows, S samples, T frames, C channels, D encoder width.

/// <summary>
/// HuBERT (Hsu et al. 2021) with every option of fairseq's base, large and x-large configurations and fairseq's parameter names.
/// The forward pass is a function over a <see cref="ParameterStore"/>; nothing else holds state.
/// </summary>
public sealed class HubertModel : IDisposable
{
    private readonly ClusterPrediction[] _predictions; // the last layer's at the end

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
        : this(config, task, classesPerLabelSet, precision, device, trainable, static specs => specs)
    {
    }

    /// <param name="config">The model group.</param>
    /// <param name="task">Sample rate and label sets.</param>
    /// <param name="classesPerLabelSet">As above.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="device">Where everything lives.</param>
    /// <param name="trainable">As above.</param>
    /// <param name="layout">What the store of parameters holds: HuBERT's own, in other groups or with others behind them.</param>
    internal HubertModel(ModelConfig config, TaskConfig task, IReadOnlyList<int> classesPerLabelSet, ComputePrecision precision,
        Device? device, bool trainable, Func<IReadOnlyList<ParameterSpec>, IReadOnlyList<ParameterSpec>> layout)
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
        Alignment = new FrameAlignment(config, config.LabelRate > 0 ? config.LabelRate : task.LabelRate, task.SampleRate);
        Parameters = new ParameterStore(layout(HubertParameters.Of(config, ClassesPerLabelSet)), precision, device ?? CPU, trainable);
        Encoder = new AudioEncoder(config, Parameters, Alignment, device ?? CPU);
        _predictions = [.. HubertParameters.HeadLayers(config)
            .Select(layer => new ClusterPrediction(config, Parameters, ClassesPerLabelSet, layer))];
    }

    public ModelConfig Config { get; }

    public TaskConfig Task { get; }

    public IReadOnlyList<int> ClassesPerLabelSet { get; }

    internal ParameterStore Parameters { get; }

    /// <summary>What a checkpoint holds beside the parameters (<see cref="HubertBuffers"/>), in float32.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => Encoder.Buffers;

    /// <summary>From samples to what the prediction heads score.</summary>
    internal AudioEncoder Encoder { get; }

    /// <summary>Samples, frames and labels of this model.</summary>
    internal FrameAlignment Alignment { get; }

    /// <summary>Draws all parameters anew: the same numbers as fairseq's model of this configuration and seed starts from.</summary>
    public void Initialise(ulong seed) => HubertInitialisation.Apply(Config, Parameters, seed);

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
        var middle = _predictions.Length > 1 ? new MiddleOutputs(_predictions[..^1].Select(head => head.Layer).ToHashSet()) : null;
        var encoded = Encoder.Encode(batch, plan, step, out var featuresPenalty, middle); // [B, T, D]
        var layers = _predictions.Select(head =>
        {
            var isLast = head.Layer == Config.EncoderLayers;
            var flat = (isLast ? encoded : middle![head.Layer]).reshape(-1, encoded.shape[2]);
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
    internal IReadOnlySet<int> DroppedLayers(StepContext step) => Encoder.DroppedLayers(step);

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
    /// Every hidden state of one row as s3prl and transformers have them: what the first layer is given, then each layer's output, the last
    /// one of pre-LN models normalised.
    /// </summary>
    /// <param name="source">[S] samples.</param>
    /// <returns>One more than there are layers, [1, T, D] each in the compute type, in the caller's dispose scope.</returns>
    internal IReadOnlyList<Tensor> HiddenStates(float[] source)
    {
        var states = new List<Tensor>();
        using var scope = NewDisposeScope();
        var last = Extract(source, lengthsSamples: null, states.Add, depth: null, beforeLayers: states.Add);
        states[^1] = last;
        foreach (var state in states)
            state.MoveToOuterDisposeScope();
        return states;
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
        Encoder.Dispose();
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

    private Tensor Extract(
        float[] source, IReadOnlyList<long>? lengthsSamples, Action<Tensor> afterLayer, int? depth, int[]? validFrames = null,
        Action<Tensor>? beforeLayers = null)
    {
        using var guard = no_grad();
        long[] lengths = lengthsSamples is null ? [source.Length] : [.. lengthsSamples];
        var batch = new HubertBatch(source, lengths, [], mask: null);
        var frames = FramesOf(batch);
        var padding = validFrames is not null ? BatchFrames.Padding(this, validFrames, frames)
            : lengthsSamples is null ? null : BatchFrames.Padding(this, batch, frames);
        return Encoder.Extract(batch, frames, padding, afterLayer, depth, beforeLayers);
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
