using System.Text;

namespace HubertSharp.Runs.Files;

/// <summary>
/// What a verb writes into a file that its user names. One rule for all of them: what is there already is replaced only when it begins
/// as such a file does, or is empty. A recording, a manifest or somebody else's page under that name is refused in one line.
/// </summary>
public sealed class OutputKind
{
    private const int HeadBytes = 1 << 16;

    private readonly string _name;
    private readonly Begins _begins;

    private OutputKind(string name, Begins begins) => (_name, _begins) = (name, begins);

    private delegate bool Begins(ReadOnlySpan<byte> head);

    public static OutputKind Page { get; } = new("a page of hubert",
        head => head.StartsWith("<!DOCTYPE html>"u8) && head.IndexOf(" · HubertSharp</title>"u8) > 0);

    public static OutputKind Picture { get; } = new("a PNG file", head => head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]);

    public static OutputKind KMeansModel { get; } = new("a k-means model of hubert",
        head => head.Length > 8 && head[8] == '{' && head.IndexOf("hubertsharp.kmeans."u8) > 0);

    public static OutputKind Labels { get; } = new("lines of cluster numbers", IsNumbers);

    public static OutputKind Array { get; } = new("an array of NumPy", head => head is [0x93, (byte)'N', (byte)'U', (byte)'M', ..]);

    public static OutputKind Items { get; } = new("an item file", head => head.StartsWith("#file"u8));

    public static OutputKind Lengths { get; } = new("lines of numbers", IsNumbers);

    public static OutputKind FeatureRecord { get; } = new("a description of features", head => head.IndexOf("hubertsharp.features."u8) > 0);

    /// <summary>A zip archive; before PyTorch 1.6 a pickle.</summary>
    public static OutputKind TorchModel { get; } = new("a PyTorch file",
        head => head is [(byte)'P', (byte)'K', 3, 4, ..] or [0x80, >= 2 and <= 5, ..]);

    /// <summary>A message whose first field is the version of its format.</summary>
    public static OutputKind OnnxModel { get; } = new("an ONNX file", head => head is [0x08, < 0x80, ..]);

    /// <summary>ARPA text, or what gzip packed.</summary>
    public static OutputKind LanguageModel { get; } = new("an ARPA file",
        head => head.TrimStart(" \t\r\n"u8).StartsWith("\\data\\"u8) || head is [0x1f, 0x8b, ..]);

    public static OutputKind BinaryLanguageModel { get; } = new("a binary n-gram model of hubert", head => head.StartsWith("HSNGRAM"u8));

    public static OutputKind Json { get; } = new("a JSON object", head => head.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..]);

    /// <summary>What its <c>format</c> says, near the start.</summary>
    public static OutputKind JsonCodes { get; } = new("codes of hubert", head => head.IndexOf("\"hubertsharp.codes."u8) > 0);

    public static OutputKind PackedCodes { get; } = new("codes of hubert", head => head.StartsWith("HSCODES"u8));

    /// <summary>Not any recording: one that names <see cref="SpeechSoftware"/> as what wrote it.</summary>
    public static OutputKind Speech { get; } = new("speech that hubert made",
        head => (head.StartsWith("RIFF"u8) || head.StartsWith("fLaC"u8)) && head.IndexOf(Encoding.ASCII.GetBytes(SpeechSoftware)) > 0);

    /// <summary>What recordings of a tokenizer name as the program that wrote them.</summary>
    public const string SpeechSoftware = "hubert tokenizer";

    public static OutputKind Safetensors { get; } = new("a safetensors file", head => head.Length > 8 && head[8] == '{');

    /// <summary>By the ending of a name that a model's folder has.</summary>
    public static OutputKind OfModelFile(string path) => Path.GetExtension(path) switch
    {
        ".safetensors" => Safetensors,
        ".bin" or ".pt" => TorchModel,
        _ => Json,
    };

    /// <summary>Where to write: the file itself, behind links. Asked before the work, it says what would fail after it.</summary>
    /// <exception cref="UserException">Something else is there (another kind of file, a folder, a pipe, a device), or nothing can be
    /// written there.</exception>
    public string PlaceOf(string path)
    {
        var place = RealPath.Of(path);
        if (FileStatus.KindOf(place) is null)
        {
            WritableFolder.Check(path, place);
            return place;
        }
        try
        {
            using var file = RegularFile.OpenRead(place, bufferSize: 0);
            var head = HeadOf(file);
            return head.IsEmpty || _begins(head) ? place : throw FileFaults.OtherKind(path, _name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <summary>Whether a file is of this kind, by how it begins; false where it cannot be read.</summary>
    public bool IsOne(string path)
    {
        try
        {
            using var file = RegularFile.OpenRead(path, bufferSize: 0);
            return _begins(HeadOf(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> HeadOf(FileStream file)
    {
        var head = new byte[(int)Math.Min(HeadBytes, file.Length)];
        return head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
    }

    private static bool IsNumbers(ReadOnlySpan<byte> head) =>
        !(head is [0xef, 0xbb, 0xbf, ..] ? head[3..] : head).ContainsAnyExcept(Encoding.ASCII.GetBytes("0123456789 \n\r"));
}
