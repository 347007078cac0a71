using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, D width, G groups, K kernel.

/// <summary>
/// Convolutional positions: a grouped convolution over time with weight norm over the kernel axis, cut to T (one frame is
/// dropped for even kernels), then GELU. Behind a <see cref="PositionalNorm"/> the weights are plain ones.
/// </summary>
internal sealed class PositionalConvolution
{
    private readonly ModelConfig _config;
    private readonly Parameter _direction; // behind a batch norm the weights themselves
    private readonly Parameter? _magnitude;
    private readonly Parameter _bias;

    public PositionalConvolution(ModelConfig config, ParameterStore parameters)
    {
        _config = config;
        _direction = parameters.ParameterOf(Name(config) + (config.ConvPosBatchNorm ? "weight" : "weight_v"));
        _magnitude = config.ConvPosBatchNorm ? null : parameters.ParameterOf(Name(config) + "weight_g");
        _bias = parameters.ParameterOf(Name(config) + "bias");
    }

    /// <summary>What the convolution's parameters begin with: in fairseq's list of modules a batch norm stands before it.</summary>
    public static string Name(ModelConfig config) => config.ConvPosBatchNorm ? "encoder.pos_conv.1." : "encoder.pos_conv.0.";

    /// <param name="x">[B, T, D], padded frames zeroed.</param>
    /// <returns>[B, T, D], to be added to the input.</returns>
    public Tensor Forward(Tensor x) => x.device_type == TorchSharp.DeviceType.CPU ? Fused(x) : Plain(x);

    /// <summary>By FFT in float32, whatever the compute type.</summary>
    internal Tensor Fused(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = SpectralConvolution.Apply(x.to_type(float32), Weight(), _config.ConvPosGroups);
        return F.gelu(y.add(_bias.Leaf, Scalars.One).to_type(x.dtype)).MoveToOuterDisposeScope();
    }

    internal Tensor Plain(Tensor x)
    {
        using var scope = NewDisposeScope();
        var weight = Weight().to_type(x.dtype); // [D, D/G, K]
        var y = F.conv1d(x.transpose(1, 2), weight, _bias.Leaf, padding: _config.ConvPos / 2,
            groups: _config.ConvPosGroups);
        return F.gelu(y.narrow(2, 0, x.shape[1])).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>g · v / ‖v‖, the norm taken over all but the kernel axis; behind a batch norm as it is.</summary>
    private Tensor Weight()
    {
        var direction = _direction.Leaf;
        if (_magnitude is null)
            return direction;
        var norm = (direction * direction).sum([0, 1], keepdim: true).sqrt(); // [1, 1, K]
        return direction * (_magnitude.Leaf / norm);
    }
}
