namespace HubertSharp.Runs.PyTorch;

/// <summary>A stretch of elements of one type in a PyTorch file, which several tensors may share.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="DType">safetensors' name of the type.</param>
/// <param name="Count">Elements.</param>
/// <param name="FirstElement">Where it begins within the stored elements of that key: not 0 for the oldest format's views.</param>
public sealed record TorchStorage(string Key, string DType, long Count, long FirstElement)
{
    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => BytesOf(DType);

    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = "F64",
        ["FloatStorage"] = "F32",
        ["HalfStorage"] = "F16",
        ["BFloat16Storage"] = "BF16",
        ["LongStorage"] = "I64",
        ["IntStorage"] = "I32",
        ["ShortStorage"] = "I16",
        ["CharStorage"] = "I8",
        ["ByteStorage"] = "U8",
        ["BoolStorage"] = "BOOL",
    };

    /// <summary>The classes of storages that are read, as <c>torch.NAME</c>.</summary>
    internal static IEnumerable<string> Globals => s_types.Keys.Select(name => $"torch.{name}");

    internal static string? TypeOf(string storageClass) => s_types.GetValueOrDefault(storageClass);

    internal static string ClassOf(string dtype) => s_types.First(type => type.Value == dtype).Key;

    /// <summary>Bytes of one element of a type in safetensors' words.</summary>
    public static int BytesOf(string dtype) => dtype switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" or "I16" => 2,
        _ => 1,
    };
}
