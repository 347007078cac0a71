namespace HubertSharp.Runs.Pickle;

internal static class PickleFaults
{
    public static UserException Damaged(string where, string expected, string found) =>
        UserException.Create("damaged pickle", where, expected, found, "copy or write the file anew");

    public static UserException Global(string where, string name) =>
        UserException.Create("a pickle that asks for code that is not on the list of what may be read", where, found: name,
            next: "only data is read here and nothing is ever run; save the plain arrays instead");

    public static UserException Opcode(string where, long offset, byte opcode) =>
        UserException.Create($"byte {offset} is no instruction of a pickle that is read here", where, found: $"0x{opcode:x2}",
            next: "only pickles of plain data are read");

    public static UserException TooLarge(string where, string expected, string found) =>
        UserException.Create("a pickle beyond the limits", where, expected, found, "only models and checkpoints are read");

    public static UserException Compression(string where, string found) =>
        UserException.Create("compressed in a way that is not read here", where, "no compression, zlib or gzip", found,
            "save it again with joblib.dump(model, path)");

    public static UserException Array(string where, string expected, string found) =>
        UserException.Create("an array in the pickle that is not read here", where, expected, found,
            "save it as a float32 array in C order");
}
