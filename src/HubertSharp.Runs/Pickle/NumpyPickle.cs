using System.Text;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Runs.Pickle;

/// <summary>
/// The ways in which NumPy arrays stand in pickles: inline behind joblib's wrapper, or as the state or arguments of NumPy's own functions.
/// </summary>
public static class NumpyPickle
{
    private const string JoblibWrapper = "joblib.numpy_pickle.NumpyArrayWrapper";

    /// <summary>The names that arrays need; add a model's own classes to them.</summary>
    public static IReadOnlySet<string> Globals { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        JoblibWrapper, "numpy.ndarray", "numpy.dtype", "_codecs.encode",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
    };

    /// <summary>For <see cref="PicklePolicy.Built"/>: reads the elements that joblib writes behind its wrapper.</summary>
    /// <exception cref="UserException">The array does not fit the input, or holds no numbers.</exception>
    public static object Built(PickleObject target, PickleInput input)
    {
        if (target.Type.ToString() != JoblibWrapper)
            return target;
        if (target.Attribute("numpy_array_alignment_bytes") is not null)
            input.Bytes(input.Byte()); // the padding's length, then the padding
        var shape = Shape(input.Where, target.Attribute("shape"));
        var type = ElementType(input.Where, target.Attribute("dtype"));
        var bytes = Size(input.Where, shape, type);
        return Array(input.Where, shape, type, target.Attribute("order") as string == "F", input.Memory(bytes));
    }

    /// <summary>The array that a value is, whichever way it was written; null when it is none.</summary>
    /// <exception cref="UserException">It is one, but not of numbers that are read here.</exception>
    public static NumpyArray? ToArray(string where, object? value) => value switch
    {
        NumpyArray array => array,
        PickleObject
        {
            Type.Name: "_reconstruct",
            State: object?[] and [_, object?[] sizes, var dtype, bool fortran, var content]
        } when Bytes(content) is { } data =>
            Array(where, Shape(where, sizes), ElementType(where, dtype), fortran, data),
        PickleObject { Type.Name: "_frombuffer", Arguments: object?[] and [byte[] data, var dtype, object?[] sizes, string order] } =>
            Array(where, Shape(where, sizes), ElementType(where, dtype), order == "F", data),
        _ => null,
    };

    /// <summary>Bytes, as later protocols have them, or as the older ones write them: text with one character per byte.</summary>
    private static byte[]? Bytes(object? value) => value switch
    {
        byte[] bytes => bytes,
        PickleObject { Type: { Module: "_codecs", Name: "encode" }, Arguments: object?[] and [string text, "latin1" or "latin-1"] } =>
            Encoding.Latin1.GetBytes(text),
        _ => null,
    };

    private static NumpyArray Array(string where, long[] shape, NpyElementType type, bool fortran, ReadOnlyMemory<byte> data)
    {
        if (Size(where, shape, type) != data.Length)
            throw PickleFaults.Damaged(where, $"{Size(where, shape, type)} bytes for an array of shape ({string.Join(", ", shape)})",
                $"{data.Length}");
        return new NumpyArray(shape, type, fortran && shape.Length > 1 ? RowMajor(where, shape, NpyHeader.BytesOf(type), data.Span) : data);
    }

    private static byte[] RowMajor(string where, long[] shape, int size, ReadOnlySpan<byte> data)
    {
        if (shape is not [var rows, var columns])
            throw PickleFaults.Array(where, "column-major arrays of two dimensions at most", $"{shape.Length} dimensions");
        var turned = new byte[data.Length];
        for (var r = 0L; r < rows; r++)
        {
            for (var c = 0L; c < columns; c++)
                data.Slice((int)(((c * rows) + r) * size), size).CopyTo(turned.AsSpan((int)(((r * columns) + c) * size)));
        }
        return turned;
    }

    private static long[] Shape(string where, object? value)
    {
        if (value is not object?[] { Length: <= 32 } sizes || !sizes.All(s => s is long and >= 0))
            throw PickleFaults.Damaged(where, "the shape of an array", "something else");
        return [.. sizes.Select(s => (long)s!)];
    }

    private static NpyElementType ElementType(string where, object? value)
    {
        if (value is PickleObject { Type: { Module: "numpy", Name: "dtype" }, Arguments: object?[] and [string code, ..] } dtype
            && (dtype.State as object?[] is not [_, string order, ..] || order != ">")
            && NpyHeader.TypeOf(code) is { } type)
        {
            return type;
        }
        throw PickleFaults.Array(where, "little-endian numbers",
            value is PickleObject { Arguments: object?[] and [string other, ..] } ? $"dtype '{other}'" : "another type");
    }

    private static long Size(string where, long[] shape, NpyElementType type)
    {
        var bytes = NpyHeader.Elements(shape) * NpyHeader.BytesOf(type);
        return bytes <= int.MaxValue
            ? (long)bytes.Value
            : throw PickleFaults.TooLarge(where, "arrays of at most 2 GiB", $"shape ({string.Join(", ", shape)})");
    }
}
