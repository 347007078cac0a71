using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Finetuning;

// B rows, T frames, D encoder width, V classes.

/// <summary>
/// HuBERT without its prediction head and with CTC's output layer over it, in one store of parameters: fairseq's HubertCtc. What an update
/// may leave without a gradient has groups of its own.
/// </summary>
internal sealed class FinetunedModel : IDisposable
{
    public const string Weight = "proj.weight", Bias = "proj.bias";

    /// <summary>CTC's blank is fairseq's <c>&lt;s&gt;</c>.</summary>
    public const int Blank = 0;

    private const ulong FinalDropout = 101;
    private readonly int _layers;
    private readonly double _finalDropout;
    private readonly WeightAndBias _output;

    /// <param name="config">The model group, with what the fine-tuning changes.</param>
    /// <param name="task">Rates and normalisation.</param>
    /// <param name="classes">V, the dictionary's four special symbols included.</param>
    /// <param name="finalDropout">Dropout of what enters the output layer.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="device">Where everything lives.</param>
    public FinetunedModel(
        ModelConfig config, TaskConfig task, int classes, double finalDropout, ComputePrecision precision, Device? device = null)
    {
        (_layers, _finalDropout) = (config.EncoderLayers, finalDropout);
        Hubert = new HubertModel(config, task, [], precision, device, trainable: true, specs => Layout(specs, config, classes));
        Parameters.Layers = HubertParameters.LayersOf(Parameters.Infos, _layers);
        _output = Parameters.WeightAndBiasOf("proj");
    }

    public HubertModel Hubert { get; }

    public ParameterStore Parameters => Hubert.Parameters;

    private ModelConfig Config => Hubert.Config;

    /// <summary>The logits of a batch. Call it inside a dispose scope that ends after backward.</summary>
    /// <param name="batch">Samples, and the masks of a training.</param>
    /// <param name="step">Dropouts and seed.</param>
    /// <param name="frozen">Whether the encoder learns nothing.</param>
    /// <returns>[B, T, V] float32, and the frames of each row that hold audio.</returns>
    public (Tensor Logits, int[] Frames) Forward(HubertBatch batch, StepContext step, bool frozen)
    {
        var frames = Hubert.FramesOf(batch);
        if (!step.Training)
            batch = Unmasked(batch, frames);
        Tensor encoded;
        using (frozen ? no_grad() : null)
            encoded = Hubert.Encoder.Encode(batch, BatchFrames.Of(Hubert, batch, step.Seed), step, out _);
        if (step.Training)
            encoded = Dropout.Apply(encoded, _finalDropout, SeededRandom.Derive(step.Seed, FinalDropout));
        var logits = F.linear(encoded.to_type(float32), _output.Weight.Leaf, _output.Bias.Leaf);
        return (logits, [.. batch.LengthsSamples.Select(length => FrameAlignment.ValidFrames(batch.SamplesPerRow, length, frames))]);
    }

    /// <summary>
    /// Groups of parameters that an update leaves without a gradient; fairseq's Adam passes over them, without decay or a step.
    /// </summary>
    public IReadOnlySet<int> IdleGroups(StepContext step, bool frozen)
    {
        if (frozen)
            return Enumerable.Range(0, _layers + 3).ToHashSet();
        var idle = Hubert.DroppedLayers(step).ToHashSet();
        if (Config.Frontend == Frontends.Waveform && Config.FeatureGradMult == 0)
            idle.Add(_layers + 1);
        if (Config.MaskProb == 0 || Config.MaskPlace == MaskPlaces.Input)
            idle.Add(_layers + 2);
        return idle;
    }

    /// <summary>Draws the output layer: Xavier's uniform for the weights, zeros for the biases.</summary>
    /// <param name="info">One of its two parameters.</param>
    /// <param name="seed">The run's.</param>
    public static float[] Drawn(ParameterInfo info, ulong seed)
    {
        var values = new float[info.Count];
        if (info.Name != Weight)
            return values;
        var (random, bound) = (new SeededRandom(SeededRandom.Derive(seed, FinalDropout + 1)), Math.Sqrt(6.0 / info.Shape.Sum()));
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(((2 * random.NextDouble()) - 1) * bound);
        return values;
    }

    public void Dispose() => Hubert.Dispose();

    /// <summary>Encoder layers keep their groups; what is frozen with them, the front end and the mask embedding get their own.</summary>
    private static List<ParameterSpec> Layout(IReadOnlyList<ParameterSpec> specs, ModelConfig config, int classes) =>
    [
        .. specs.Select(spec => spec with
        {
            Group = spec.Group ?? (config.EncoderLayers + (spec.Name == "mask_emb" ? 2 : IsFrontEnd(spec.Name) ? 1 : 0)),
        }),
        new(Weight, [classes, config.EncoderEmbedDim], KeepFloat32: true),
        new(Bias, [classes], KeepFloat32: true),
    ];

    private static bool IsFrontEnd(string name) =>
        name.StartsWith("feature_extractor.", StringComparison.Ordinal) || name.StartsWith(MelFrontEnd.Prefix, StringComparison.Ordinal);

    private HubertBatch Unmasked(HubertBatch batch, int frames) => new(
        batch.Source, batch.LengthsSamples, [], new bool[batch.Rows * frames],
        Config.MaskChannelProb > 0 ? new bool[batch.Rows * Config.EncoderEmbedDim] : null);
}
