using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, N = B · T, D width.

/// <summary>
/// The batch norm before the convolutional positions (fairseq's <c>conv_pos_batch_norm</c>, of models trained in bf16). In training each
/// channel is normalised over all frames of the batch, padding included, and the running statistics follow; else by these.
/// </summary>
internal sealed class PositionalNorm : IDisposable
{
    private const string Prefix = "encoder.pos_conv.0.";

    /// <summary>torch's own.</summary>
    private const double Momentum = 0.1, Epsilon = 1e-5;

    private readonly ParameterStore _parameters;
    private readonly Tensor _mean, _variance;

    public PositionalNorm(ParameterStore parameters, int width, Device device)
    {
        _parameters = parameters;
        _mean = zeros(width, float32, device).DetachFromDisposeScope();
        _variance = ones(width, float32, device).DetachFromDisposeScope();
        Buffers = new Dictionary<string, Tensor> { [HubertBuffers.Mean] = _mean, [HubertBuffers.Variance] = _variance };
    }

    /// <summary>The running statistics.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <param name="x">[B, T, D] in any type.</param>
    /// <param name="training">Whether the batch's own statistics count.</param>
    /// <returns>[B, T, D] in the same type.</returns>
    public Tensor Forward(Tensor x, bool training)
    {
        using var scope = NewDisposeScope();
        var flat = x.to_type(float32).reshape(-1, x.shape[2]); // [N, D]
        var (mean, variance) = training ? (_mean.clone(), _variance.clone()) : (_mean, _variance);
        var y = F.batch_norm(
            flat, mean, variance, _parameters[Prefix + "weight"], _parameters[Prefix + "bias"], training, Momentum, Epsilon);
        if (training)
        {
            Follow(_mean, mean);
            Follow(_variance, variance);
        }
        return y.view(x.shape).to_type(x.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _mean.Dispose();
        _variance.Dispose();
    }

    /// <summary>A batch that is not finite is passed over by the optimizer, and leaves no trace here either.</summary>
    private static void Follow(Tensor running, Tensor next)
    {
        using var guard = no_grad();
        running.copy_(where(next.isfinite(), next, running));
    }
}
