namespace HubertSharp.Tensors;

/// <summary>The type in which weights and activations are multiplied; master weights and gradients are float32 in both.</summary>
public enum ComputePrecision
{
    /// <summary>Everything in float32: the reference path that the fixtures check.</summary>
    Float32,

    /// <summary>Weights and activations in bfloat16; norms' weights, softmax sums, statistics and the loss stay in float32.</summary>
    BFloat16,

    /// <summary>Weights and activations in IEEE half precision, for GPUs: the loss has to be scaled or small gradients vanish.</summary>
    Float16,
}
