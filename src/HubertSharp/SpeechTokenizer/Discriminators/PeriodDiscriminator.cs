using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>Looks at every p-th sample (Kong et al. 2020): the samples as rows of p, and filters along the columns.</summary>
internal sealed class PeriodDiscriminator : Discriminator
{
    private const double Slope = 0.1;
    private const int Strided = 4;
    private static readonly int[] s_widths = [1, 4, 16, 32, 32];

    private readonly int _period;
    private readonly List<(Tensor Weight, Tensor Bias)> _layers = [];

    /// <param name="weights">Has the layers <c>NAME.convs.0</c> to <c>4</c> and <c>NAME.conv_post</c>.</param>
    /// <param name="name">Of the discriminator.</param>
    /// <param name="channels">Of the first layer; the last one has 32 times as many.</param>
    /// <param name="period">p.</param>
    public PeriodDiscriminator(LayerWeights weights, string name, int channels, int period)
    {
        _period = period;
        var inputs = 1;
        for (var i = 0; i < s_widths.Length; i++)
        {
            var outputs = channels * s_widths[i];
            _layers.Add((weights.TakeNormed($"{name}.convs.{i}", outputs, inputs, 5, 1), weights.Take($"{name}.convs.{i}.bias", outputs)));
            inputs = outputs;
        }
        _layers.Add((weights.TakeNormed($"{name}.conv_post", 1, inputs, 3, 1), weights.Take($"{name}.conv_post.bias", 1)));
    }

    public override Judgement Forward(Tensor x)
    {
        x = x.to_type(_layers[0].Weight.dtype);
        var lacking = (_period - (x.shape[^1] % _period)) % _period;
        var padded = lacking > 0 ? pad(x, [0, lacking], PaddingModes.Reflect) : x;
        // no filter hears two columns: each is a recording of its own, along which convolutions are twice as fast
        var last = padded.view(x.shape[0], padded.shape[^1] / _period, _period).transpose(1, 2).reshape(x.shape[0] * _period, 1, -1);
        var maps = new List<Tensor>();
        for (var i = 0; i < _layers.Count; i++)
        {
            var (isStrided, isPost) = (i < Strided, i == _layers.Count - 1);
            last = conv1d(last, _layers[i].Weight.squeeze(3), _layers[i].Bias, isStrided ? 3 : 1, isPost ? 1 : 2);
            last = isPost ? last : last.leaky_relu(Scalars.Of(Slope));
            maps.Add(last.view(x.shape[0], _period, last.shape[1], last.shape[2]).permute(0, 2, 3, 1)); // [B, C, S, p]
        }
        return new Judgement(maps[^1].flatten(1).to_type(ScalarType.Float32), maps);
    }
}
