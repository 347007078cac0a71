using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Arrays;

internal static class NpyFaults
{
    private const string WriteAnew = "write the file anew";

    public static UserException Missing(string path) =>
        ReadFaults.Missing(path, expected: "a .npy array", next: "check the path, or dump the features first with 'hubert features'");

    public static UserException CannotRead(string path, Exception cause) =>
        UserException.Create("cannot read", path, found: cause.Message, next: "check the disk and the permissions", cause: cause);

    public static UserException CannotWrite(string path, Exception cause) => WriteFaults.Of(path, cause);

    public static UserException NotNpy(string path, string found) =>
        UserException.Create("not a .npy file", path, "NumPy's array format, version 1 to 3", found, WriteAnew);

    public static UserException Header(string path, string expected, string found) =>
        UserException.Create("malformed .npy header", path, expected, found, WriteAnew);

    public static UserException Length(string path, string shape, Int128 expectedBytes, long foundBytes) =>
        UserException.Create(
            foundBytes < expectedBytes ? "truncated .npy file" : ".npy file longer than its header says", path,
            $"{expectedBytes} bytes of data for shape {shape}", $"{foundBytes}", WriteAnew);

    public static UserException Unsupported(string path, string expected, string found) =>
        UserException.Create("this kind of .npy file is not read here", path, expected, found,
            "save it with numpy.ascontiguousarray(x, dtype='<f4'), or dtype='<i8' for whole numbers");

    public static UserException Rank(string path, string expected, string found) =>
        UserException.Create("array of another shape", path, expected, found, "check which file this is");
}
