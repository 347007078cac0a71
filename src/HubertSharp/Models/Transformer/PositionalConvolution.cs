using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, D width, G groups, K kernel.

/// <summary>
/// Convolutional positions: a grouped convolution over time with weight norm over the kernel axis, cut to T (one frame is
/// dropped for even kernels), then GELU.
/// </summary>
internal sealed class PositionalConvolution(ModelConfig config, ParameterStore parameters)
{
    private readonly Parameter _direction = parameters.ParameterOf("encoder.pos_conv.0.weight_v");
    private readonly Parameter _magnitude = parameters.ParameterOf("encoder.pos_conv.0.weight_g");
    private readonly Parameter _bias = parameters.ParameterOf("encoder.pos_conv.0.bias");

    /// <param name="x">[B, T, D], padded frames zeroed.</param>
    /// <returns>[B, T, D], to be added to the input.</returns>
    public Tensor Forward(Tensor x) => x.device_type == TorchSharp.DeviceType.CPU ? Fused(x) : Plain(x);

    /// <summary>By FFT in float32, whatever the compute type.</summary>
    internal Tensor Fused(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = SpectralConvolution.Apply(x.to_type(float32), Weight(), config.ConvPosGroups);
        return F.gelu(y.add(_bias.Leaf, Scalars.One).to_type(x.dtype)).MoveToOuterDisposeScope();
    }

    internal Tensor Plain(Tensor x)
    {
        using var scope = NewDisposeScope();
        var weight = Weight().to_type(x.dtype); // [D, D/G, K]
        var y = F.conv1d(x.transpose(1, 2), weight, _bias.Leaf, padding: config.ConvPos / 2,
            groups: config.ConvPosGroups);
        return F.gelu(y.narrow(2, 0, x.shape[1])).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>g · v / ‖v‖, the norm taken over all but the kernel axis.</summary>
    private Tensor Weight()
    {
        var direction = _direction.Leaf;
        var norm = (direction * direction).sum([0, 1], keepdim: true).sqrt(); // [1, 1, K]
        return direction * (_magnitude.Leaf / norm);
    }
}
