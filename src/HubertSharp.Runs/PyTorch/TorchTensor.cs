namespace HubertSharp.Runs.PyTorch;

/// <summary>A tensor of a PyTorch file: a view of a storage, whose bytes are read when they are asked for.</summary>
/// <param name="Storage">Where the elements lie.</param>
/// <param name="Offset">First element in the storage.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Strides">Elements between neighbours of each axis.</param>
public sealed record TorchTensor(TorchStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>Number of elements; never more than the storage holds.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>safetensors' name of the type: <c>F32, F16, BF16, I64, ...</c>.</summary>
    public string DType => Storage.DType;

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    internal bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var axis = Shape.Count - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != expected)
                    return false;
                expected *= Shape[axis];
            }
            return true;
        }
    }
}
