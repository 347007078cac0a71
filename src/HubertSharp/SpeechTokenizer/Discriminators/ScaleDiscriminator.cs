using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>Looks at the waveform, or at one of half or a quarter of its rate (Kumar et al. 2019), with long filters in groups.</summary>
internal sealed class ScaleDiscriminator : Discriminator
{
    private const double Slope = 0.1;

    private static readonly (int Width, int Taps, int Stride, int Groups)[] s_layers =
        [(1, 15, 1, 1), (1, 41, 2, 4), (2, 41, 2, 16), (4, 41, 4, 16), (8, 41, 4, 16), (8, 41, 1, 16), (8, 5, 1, 1)];

    private readonly int _halvings;
    private readonly List<(Tensor Weight, Tensor Bias, int Taps, int Stride, int Groups)> _layers = [];

    /// <param name="weights">Has the layers <c>NAME.convs.0</c> to <c>6</c> and <c>NAME.conv_post</c>.</param>
    /// <param name="name">Of the discriminator.</param>
    /// <param name="channels">Of the first layer, a multiple of 16; the last one has eight times as many.</param>
    /// <param name="halvings">How often the rate is halved; the one that looks at the waveform itself has spectral norms.</param>
    public ScaleDiscriminator(DiscriminatorWeights weights, string name, int channels, int halvings)
        : this(weights, weights.TakeSpectral, name, channels, halvings)
    {
    }

    private ScaleDiscriminator(
        LayerWeights weights, Func<string, long[], Tensor> spectral, string name, int channels, int halvings)
    {
        _halvings = halvings;
        var inputs = 1;
        foreach (var (i, (width, taps, stride, groups)) in s_layers.Index())
        {
            Add($"{name}.convs.{i}", channels * width, taps, stride, groups);
            inputs = channels * width;
        }
        Add($"{name}.conv_post", 1, 3, 1, 1);

        void Add(string layer, int outputs, int taps, int stride, int groups)
        {
            long[] shape = [outputs, inputs / groups, taps];
            _layers.Add((halvings == 0 ? spectral(layer, shape) : weights.TakeNormed(layer, shape), weights.Take($"{layer}.bias", outputs),
                taps, stride, groups));
        }
    }

    /// <summary>Asks for the parameters.</summary>
    public static void Note(LayerWeights notes, string name, int channels, int halvings) =>
        _ = new ScaleDiscriminator(notes, (layer, shape) => notes.Take($"{layer}.weight_orig", shape), name, channels, halvings);

    public override Judgement Forward(Tensor x)
    {
        var last = x;
        for (var i = 0; i < _halvings; i++)
            last = avg_pool1d(last, 4, stride: 2, padding: 2);
        last = last.to_type(_layers[0].Weight.dtype);
        var maps = new List<Tensor>();
        for (var i = 0; i < _layers.Count; i++)
        {
            var (weight, bias, taps, stride, groups) = _layers[i];
            last = conv1d(last, weight, bias, stride, (taps - 1) / 2, groups: groups);
            maps.Add(last = i == _layers.Count - 1 ? last : last.leaky_relu(Scalars.Of(Slope)));
        }
        return new Judgement(last.flatten(1).to_type(ScalarType.Float32), maps);
    }
}
