using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Discriminators;

// B recordings, S samples, T windows, F frequencies, C filters

/// <summary>
/// Looks at real and imaginary parts of a spectrogram (Défossez et al. 2022): a layer at full resolution, three that halve the frequencies
/// and look ever wider in time, and two small ones.
/// </summary>
internal sealed class StftDiscriminator : Discriminator
{
    private const double Slope = 0.2;
    private static readonly long[] s_dilations = [1, 2, 4];

    private readonly int _points;
    private readonly List<(Tensor Weight, Tensor Bias, long[] Stride, long[] Padding, long[] Dilation)> _layers = [];

    /// <param name="weights">Has the layers <c>NAME.convs.0</c> to <c>4</c> and <c>NAME.conv_post</c>.</param>
    /// <param name="name">Of the discriminator.</param>
    /// <param name="filters">C.</param>
    /// <param name="points">Of the Fourier transform and its window, of which windows overlap by three quarters.</param>
    public StftDiscriminator(LayerWeights weights, string name, int filters, int points)
    {
        _points = points;
        // the released program passes its norm on to all layers but the first
        _layers.Add((weights.Take($"{name}.convs.0.conv.weight", filters, 2, 3, 9), weights.Take($"{name}.convs.0.conv.bias", filters),
            [1, 1], [1, 4], [1, 1]));
        for (var i = 0; i < s_dilations.Length; i++)
            Add($"{name}.convs.{i + 1}.conv", filters, filters, 9, [1, 2], s_dilations[i]);
        Add($"{name}.convs.{s_dilations.Length + 1}.conv", filters, filters, 3, [1, 1], 1);
        Add($"{name}.conv_post.conv", filters, 1, 3, [1, 1], 1);

        void Add(string layer, int inputs, int outputs, int width, long[] stride, long dilation) => _layers.Add((
            weights.TakeNormed(layer, outputs, inputs, 3, width), weights.Take($"{layer}.bias", outputs), stride,
            [dilation, (width - 1) / 2], [dilation, 1]));
    }

    public override Judgement Forward(Tensor x)
    {
        using var window = hann_window(_points, device: x.device);
        using var size = (window * window).sum().sqrt();
        using var spectrum = stft(x.squeeze(1), _points, _points / 4, _points, window, center: false, return_complex: true); // [B, F, T]
        var last = (view_as_real(spectrum) / size).permute(0, 3, 2, 1); // [B, 2, T, F]
        var maps = new List<Tensor>();
        for (var i = 0; i < _layers.Count; i++)
        {
            var (weight, bias, stride, padding, dilation) = _layers[i];
            last = conv2d(last, weight, bias, stride, padding, dilation);
            if (i < _layers.Count - 1)
                maps.Add(last = last.leaky_relu(Scalars.Of(Slope)));
        }
        return new Judgement(last, maps);
    }
}
