using HubertSharp.Runs.Chunks;
using HubertSharp.SpeechTokenizer.Seanet.Frames;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>
/// The encoder or the decoder: layers that hear their surroundings, an LSTM over frames, and such layers again. The names count all layers
/// as the released program does, activations too.
/// </summary>
internal sealed class SeanetNetwork
{
    private const int Kernel = 7; // of the first and the last convolution

    private readonly LayerStack _front, _back;
    private readonly StackedLstm? _lstm;
    private FrameStack? _frontFrames, _backFrames;

    private SeanetNetwork(LayerStack front, StackedLstm? lstm, LayerStack back, int inputs, int outputs)
    {
        (_front, _lstm, _back, InputsPerFrame, OutputsPerFrame) = (front, lstm, back, inputs, outputs);
        FrontFrames = (int)front.Spoiled(0);
        BackFrames = (int)((back.Spoiled(0) + outputs - 1) / outputs);
    }

    /// <summary>Samples or frames that a frame of the LSTM is made of.</summary>
    public int InputsPerFrame { get; }

    /// <summary>Samples or frames that are made of it.</summary>
    public int OutputsPerFrame { get; }

    /// <summary>Frames before the LSTM that a cut spoils on each side.</summary>
    public int FrontFrames { get; }

    /// <summary>Frames behind it that a cut spoils on each side.</summary>
    public int BackFrames { get; }

    /// <summary>All of that, and whether a frame depends on all that come later.</summary>
    public NetworkReach Reach => new(InputsPerFrame, OutputsPerFrame, FrontFrames, BackFrames, _lstm?.IsBidirectional == true);

    /// <summary>Samples [B, 1, S] to embeddings [B, D, T].</summary>
    public static SeanetNetwork Encoder(LayerWeights weights, TokenizerConfig config)
    {
        var (number, width) = (0, config.Filters);
        string Name() => $"encoder.model.{number++}";
        var front = new List<SeanetLayer> { new PaddedConvolution(weights.Exact, Name(), (1, width), Kernel) };
        foreach (var stride in config.Strides.Reverse())
        {
            AddResidualUnits(front, weights, config, Name, width);
            front.Add(new Activation(weights, Name(), width, config.IsSnake));
            front.Add(new PaddedConvolution(weights, Name(), (width, 2 * width), 2 * stride, stride));
            width *= 2;
        }
        var lstm = Lstm(weights, config, Name, width, config.IsBidirectional);
        if (config.IsBidirectional)
            width *= 2;
        var back = new LayerStack(
        [
            new Activation(weights, Name(), width, config.IsSnake),
            new PaddedConvolution(weights.Exact, Name(), (width, config.Dimension), Kernel),
        ]);
        return new SeanetNetwork(new LayerStack(front), lstm, back, config.Hop, 1);
    }

    /// <summary>Embeddings [B, D, T] to samples [B, 1, T × hop].</summary>
    public static SeanetNetwork Decoder(LayerWeights weights, TokenizerConfig config)
    {
        var (number, width) = (0, config.Width);
        string Name() => $"decoder.model.{number++}";
        var front = new LayerStack([new PaddedConvolution(weights, Name(), (config.Dimension, width), Kernel)]);
        var lstm = Lstm(weights, config, Name, width, isBidirectional: false);
        var back = new List<SeanetLayer>();
        foreach (var stride in config.Strides)
        {
            back.Add(new Activation(weights, Name(), width, config.IsSnake));
            back.Add(new TransposedConvolution(weights, Name(), (width, width / 2), stride));
            width /= 2;
            AddResidualUnits(back, weights, config, Name, width);
        }
        back.Add(new Activation(weights, Name(), width, config.IsSnake));
        back.Add(new PaddedConvolution(weights.Exact, Name(), (width, 1), Kernel));
        return new SeanetNetwork(front, lstm, new LayerStack(back), 1, config.Hop);
    }

    /// <summary>A whole recording.</summary>
    public Tensor Forward(Tensor x) => Back(Remember(Front(x), null, null).Output);

    /// <summary>
    /// From now on the network only computes, on a processor and in float32: its convolutions over frames, with weights packed as they
    /// are now; those that they are packed from are let go. What comes before and behind its LSTM has the channels of a frame side by
    /// side in memory.
    /// </summary>
    /// <returns>The packed weights, which become the caller's.</returns>
    public IReadOnlyList<IDisposable> ComputeOverFrames() =>
        [_frontFrames = _front.OverFrames(), _backFrames = _back.OverFrames(), .. _lstm?.ComputeOverFrames() ?? []];

    /// <summary>The part before the LSTM.</summary>
    public Tensor Front(Tensor x) => _frontFrames?.Recordings(x) ?? _front.Forward(x);

    /// <summary>The LSTM, or nothing where there is none: see <see cref="StackedLstm.Forward"/>.</summary>
    public (Tensor Output, LstmState? AtCut) Remember(Tensor x, LstmState? before, long? cut) =>
        _lstm?.Forward(x, before, cut) ?? (x, null);

    /// <summary>The part behind the LSTM.</summary>
    public Tensor Back(Tensor x) => _backFrames?.Recordings(x) ?? _back.Forward(x);

    private static StackedLstm? Lstm(
        LayerWeights weights, TokenizerConfig config, Func<string> name, int width, bool isBidirectional) =>
        config.LstmLayers == 0 ? null : new StackedLstm(weights.Exact, name(), width, config.LstmLayers, isBidirectional);

    private static void AddResidualUnits(
        List<SeanetLayer> layers, LayerWeights weights, TokenizerConfig config, Func<string> name, int width)
    {
        for (var unit = 0; unit < config.ResidualLayers; unit++)
            layers.Add(new ResidualUnit(weights, name(), width, config, (int)Math.Pow(config.DilationBase, unit)));
    }
}
