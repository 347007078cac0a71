using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.PyTorch;

/// <summary>
/// Writes what <c>torch.load</c> reads, with <c>weights_only=True</c> too as long as no <see cref="PythonObject"/> is in it:
/// dictionaries with texts or whole numbers as keys, lists, tuples (arrays), texts, numbers, truth values, None, and tensors.
/// </summary>
public static class TorchWriter
{
    private const string Folder = "archive/";

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">See the class.</param>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    /// <exception cref="ArgumentException">A value of another type.</exception>
    public static void Write(string path, object? root)
    {
        var (pickle, tensors) = TorchPickleWriter.Write(root);
        AtomicFile.Write(path, stream =>
        {
            var zip = new StoredZipWriter(stream);
            zip.Add(Folder + "data.pkl", pickle.Span);
            zip.Add(Folder + "byteorder", "little"u8);
            for (var i = 0; i < tensors.Count; i++)
                zip.Add($"{Folder}data/{i}", tensors[i].Bytes.Span);
            zip.Add(Folder + "version", "3\n"u8);
            zip.Complete();
        });
    }
}
