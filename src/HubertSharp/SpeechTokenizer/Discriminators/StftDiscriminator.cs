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
    private const int Rows = 3, WideTaps = 9;
    private static readonly long[] s_dilations = [1, 2, 4];

    private readonly int _points;
    private readonly List<(Tensor Weight, Tensor Bias)> _layers = [];

    /// <param name="weights">Has the layers <c>NAME.convs.0</c> to <c>4</c> and <c>NAME.conv_post</c>.</param>
    /// <param name="name">Of the discriminator.</param>
    /// <param name="filters">C.</param>
    /// <param name="points">Of the Fourier transform and its window, of which windows overlap by three quarters.</param>
    public StftDiscriminator(LayerWeights weights, string name, int filters, int points)
    {
        _points = points;
        // the released program passes its norm on to all layers but the first
        _layers.Add((weights.Take($"{name}.convs.0.conv.weight", filters, 2, Rows, WideTaps),
            weights.Take($"{name}.convs.0.conv.bias", filters)));
        for (var i = 0; i < s_dilations.Length; i++)
            Add($"{name}.convs.{i + 1}.conv", filters, WideTaps);
        Add($"{name}.convs.{s_dilations.Length + 1}.conv", filters, 3);
        Add($"{name}.conv_post.conv", 1, 3);

        void Add(string layer, int outputs, int taps) => _layers.Add((
            weights.TakeNormed(layer, outputs, filters, Rows, taps), weights.Take($"{layer}.bias", outputs)));
    }

    public override Judgement Forward(Tensor x)
    {
        using var window = hann_window(_points, device: x.device);
        using var size = (window * window).sum().sqrt();
        using var spectrum = stft(x.squeeze(1), _points, _points / 4, _points, window, center: false, return_complex: true); // [B, F, T]
        var last = (view_as_real(spectrum) / size).permute(0, 3, 2, 1).to_type(_layers[0].Weight.dtype); // [B, 2, T, F]
        var maps = new List<Tensor>();
        for (var i = 0; i < _layers.Count; i++)
        {
            var (weight, bias) = _layers[i];
            last = i == 0 ? First(last, weight, bias)
                : i <= s_dilations.Length ? Halving(last, weight, bias, s_dilations[i - 1])
                : conv2d(last, weight, bias, padding: [1, 1]);
            if (i < _layers.Count - 1)
                maps.Add(last = last.leaky_relu(Scalars.Of(Slope)));
        }
        return new Judgement(last.to_type(ScalarType.Float32), maps);
    }

    /// <summary>The rows that the filters hear as channels: a convolution of two channels is a slow one backwards.</summary>
    private static Tensor First(Tensor x, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var padded = pad(x, [0, 0, 1, 1]);
        var beside = cat([.. Enumerable.Range(0, Rows).Select(row => padded.narrow(2, row, x.shape[2]))], 1); // [B, 3 · 2, T, F]
        var turned = weight.transpose(1, 2).reshape(weight.shape[0], -1, 1, WideTaps);
        return conv2d(beside, turned, bias, padding: [0, WideTaps / 2]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Every second frequency of filters that hear 9 of them, and three windows that are <paramref name="dilation"/> apart. Windows that
    /// hear each other become recordings of their own, and even and odd frequencies channels of their own: what is left has neither
    /// stride nor dilation and takes half the time.
    /// </summary>
    private static Tensor Halving(Tensor x, Tensor weight, Tensor bias, long dilation)
    {
        using var scope = NewDisposeScope();
        var (rows, channels, windows, frequencies) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (each, outputs, halves) = ((windows + dilation - 1) / dilation, weight.shape[0], (WideTaps + 1) / 2);
        var kept = (frequencies + 1) / 2;
        var width = kept + halves - 1;
        var padded = pad(x, [WideTaps / 2, (2 * width) - frequencies - (WideTaps / 2), 0, (each * dilation) - windows]);
        var apart = padded.reshape(rows, channels, each, dilation, width, 2).permute(0, 3, 5, 1, 2, 4)
            .reshape(rows * dilation, 2 * channels, each, width);
        var taps = pad(weight, [0, 1]).reshape(outputs, channels, Rows, halves, 2).permute(0, 4, 1, 2, 3)
            .reshape(outputs, 2 * channels, Rows, halves);
        var found = conv2d(apart, taps, bias, padding: [1, 0]); // [B · dilation, C, T / dilation, F / 2]
        return found.view(rows, dilation, outputs, each, kept).permute(0, 2, 3, 1, 4).reshape(rows, outputs, each * dilation, kept)
            .narrow(2, 0, windows).MoveToOuterDisposeScope();
    }
}
