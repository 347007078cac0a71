using System.IO.Compression;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels;

/// <summary>The files of models: how they begin, and which form a name asks for.</summary>
internal static class ModelFile
{
    /// <summary>ARPA text, or what gzip packed.</summary>
    public static OutputKind Arpa { get; } = OutputKind.LanguageModel;

    /// <summary>The form that is mapped into memory.</summary>
    public static OutputKind Binary { get; } = OutputKind.BinaryLanguageModel;

    public static bool IsBinaryName(string path) => Path.GetExtension(path).ToLowerInvariant() is ".bin" or ".binary" or ".mmap";

    /// <summary>Lets a text be written, packed where the name says so.</summary>
    public static void Pack(string path, Stream stream, Action<Stream> write)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            write(stream);
            return;
        }
        using var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        write(packed);
    }

    /// <summary>Writes a model in another form.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where to.</param>
    /// <param name="isBinary">As the form that is mapped; otherwise as ARPA text.</param>
    public static void Write(NgramModel model, string path, bool isBinary)
    {
        var place = (isBinary ? Binary : Arpa).PlaceOf(path);
        if (isBinary)
            AtomicFile.Write(place, stream => BinaryModel.Write(model, stream));
        else
            AtomicFile.Write(place, stream => Pack(path, stream, packed => WriteArpa(model, packed)));
    }

    private static void WriteArpa(NgramModel model, Stream stream)
    {
        using var arpa = new ArpaWriter(stream, model.Vocabulary, [.. Enumerable.Range(1, model.Order).Select(model.Count)]);
        for (var order = 1; order <= model.Order; order++)
        {
            arpa.Begin(order);
            var words = new uint[order];
            for (var place = 0u; place < model.Count(order); place++)
            {
                ref readonly var entry = ref model.Tables[order - 1][place];
                var (at, shorter) = (place, order);
                for (var i = 0; i < order; i++)
                {
                    ref readonly var ngram = ref model.Tables[--shorter][at];
                    (words[i], at) = (ngram.Word, ngram.Parent);
                }
                arpa.Add(words, entry.Probability, entry.Backoff);
            }
        }
        arpa.End();
    }
}
