namespace HubertSharp.Runs.PyTorch;

internal static class TorchFaults
{
    public static UserException Missing(string path) =>
        UserException.Create("no such file", path, next: "check the path");

    public static UserException NotAFile(string path) =>
        UserException.Create("not a file that can be read", path, "a PyTorch file", "a folder, a pipe, a device or nothing",
            "give the .pt or .bin file itself");

    public static UserException NotTorch(string path, string found) =>
        UserException.Create("not a PyTorch file", path, "what torch.save writes", found, "give a checkpoint of fairseq or Hugging Face");

    public static UserException Damaged(string path, string why) =>
        UserException.Create($"damaged PyTorch file: {why}", path, next: "copy or write the file anew");

    public static UserException Hostile(string path, string why) =>
        UserException.Create($"refused PyTorch file: {why}", path,
            next: "torch.save never writes that; get the file from where it was published");

    public static UserException Compressed(string path, string entry) =>
        UserException.Create($"entry {PrintableText.Of(entry)} is compressed or encrypted", path, "entries stored as they are",
            next: "torch.save stores them so; write the file anew with it");

    public static UserException SharedStorages(string path) =>
        Hostile(path, "its tensors add up to more than the file holds");

    public static UserException TorchScript(string path) =>
        UserException.Create("a TorchScript program, not a checkpoint", path, next: "give the checkpoint that it was made from");

    public static UserException ByteOrder(string path) =>
        UserException.Create("written on a big-endian machine", path, "little-endian numbers", next: "load and save it with PyTorch once");

    public static UserException NoTensor(string path, string name) =>
        UserException.Create($"no tensor '{PrintableText.Of(name)}'", path, next: "the file belongs to another kind of model");
}
