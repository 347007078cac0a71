namespace HubertSharp.Runs.Arrays;

/// <summary>One tensor of a safetensors file: its type, its shape and its little-endian bytes.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">safetensors' type name: <c>F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, ...</c>.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Bytes">Row-major content.</param>
public sealed record SafetensorsTensor(string Name, string DType, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>A float32 tensor.</summary>
    public static SafetensorsTensor Create(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, "F32", shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The values as float32, whatever floating type they are stored in.</summary>
    /// <exception cref="UserException">Stored as integers or in a type not known here.</exception>
    public float[] ToSingles()
    {
        var bytes = Bytes.Span;
        var values = new float[Count];
        switch (DType)
        {
            case "F32":
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case "F64":
                var doubles = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes);
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)doubles[i];
                break;
            case "F16":
                var halves = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)halves[i];
                break;
            case "BF16":
                var brains = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)brains[i] << 16);
                break;
            default:
                throw SafetensorsFaults.NotFloating(Name, DType);
        }
        return values;
    }

    /// <summary>The index of the first value that is not finite as float32; -1 where there is none, and for integers.</summary>
    public int IndexOfNotFinite() => DType switch
    {
        "F32" => FiniteNumbers.IndexOfOther(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Bytes.Span)),
        "F64" => FiniteNumbers.IndexOfOther(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(Bytes.Span)),
        "F16" => FiniteNumbers.IndexOfOther(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(Bytes.Span), 0x7c00),
        "BF16" => FiniteNumbers.IndexOfOther(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(Bytes.Span), 0x7f80),
        _ => -1,
    };

    /// <summary>The values as int64.</summary>
    /// <exception cref="UserException">Not stored as I64.</exception>
    public long[] ToLongs() => DType == "I64"
        ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(Bytes.Span).ToArray()
        : throw SafetensorsFaults.OtherType(Name, "I64", DType);

    /// <summary>The values as booleans.</summary>
    /// <exception cref="UserException">Not stored as BOOL.</exception>
    public bool[] ToBooleans()
    {
        if (DType != "BOOL")
            throw SafetensorsFaults.OtherType(Name, "BOOL", DType);
        var values = new bool[Bytes.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Bytes.Span[i] != 0;
        return values;
    }
}
