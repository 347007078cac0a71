using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Arrays;

internal static class SafetensorsFaults
{
    public static UserException Missing(string path) =>
        ReadFaults.Missing(path);

    public static UserException Damaged(string path, string why, Exception? cause = null) =>
        UserException.Create($"damaged safetensors file: {why}", path, next: "copy or write the file anew", cause: cause);

    public static UserException NoTensor(string path, string name) =>
        UserException.Create($"no tensor '{name}'", path, next: "the file was written by another program or for another purpose");

    public static UserException NotFloating(string name, string dtype) =>
        UserException.Create($"tensor '{name}' holds no floating-point numbers", null, "F64, F32, F16 or BF16", dtype);

    public static UserException OtherType(string name, string expected, string found) =>
        UserException.Create($"tensor '{name}' has another type", null, expected, found);
}
