using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tensors;

/// <summary>What every reader of a model asks of a tensor that it takes.</summary>
internal static class StoredTensor
{
    /// <summary>The tensor; one NaN in it makes every feature NaN, and only here is known which it was.</summary>
    /// <param name="path">The file that it lies in.</param>
    /// <param name="name">What the file calls it.</param>
    /// <exception cref="Runs.UserException">It holds NaN or infinity.</exception>
    public static SafetensorsTensor Finite(string path, string name, SafetensorsTensor tensor) =>
        tensor.IndexOfNotFinite() is >= 0 and var index
            ? throw TensorFaults.NotFinite(path, name, index, tensor.Count, tensor.ToSingles()[index])
            : tensor;
}
