using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>
/// One parameter of a store, found by its name when a layer is built: a misspelt name shows there and not in a forward pass.
/// </summary>
internal sealed class Parameter(ParameterStore store, ParameterInfo info)
{
    /// <summary>What the forward pass computes with.</summary>
    public Tensor Leaf { get; } = store[info.Name];

    /// <summary>The float32 view of the flat gradients that a hand-written backward adds to.</summary>
    public Tensor Gradient { get; } = store.GradientOf(info.Name);

    /// <summary>The float32 view of the masters, in the caller's dispose scope.</summary>
    public Tensor Master() => store.MasterOf(info.Name);
}

/// <summary>Weight and bias of a linear layer, a convolution or a norm.</summary>
internal sealed record WeightAndBias(Parameter Weight, Parameter Bias);
