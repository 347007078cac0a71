using System.IO.Compression;
using System.Text.Json;
using HubertSharp.Clustering;
using HubertSharp.Interop;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Interop.Native;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Interop;

/// <summary>A file to be changed, and what reads it.</summary>
/// <param name="File">The whole file.</param>
/// <param name="Folder">The folder that it is read with, whose other files stay as they are; null for a file that is read alone.</param>
internal sealed record FuzzSeed(string File, string? Folder)
{
    /// <summary>Every kind of file that holds a model: those of the fixtures, and those that only we write, made from them.</summary>
    public static List<FuzzSeed> All(TemporaryFolder work)
    {
        var models = ConversionTests.Models().Select(row => Fixtures.At(row.Data)).ToList();
        var seeds = models.Where(System.IO.File.Exists).Select(file => new FuzzSeed(file, null)).ToList();
        var folders = models.Where(Directory.Exists).ToList();
        foreach (var (source, i) in new[]
        {
            models.First(System.IO.File.Exists), models.First(Directory.Exists),
        }.Select((path, i) => (ModelReader.Read(path), i)))
        {
            NativeWriter.Write(work.At($"native{i}"), source);
            HuggingFaceWriter.Write(work.At($"hf{i}"), source);
            HuggingFaceWriter.Write(work.At($"bin{i}"), source, legacyWeightNorm: true, torchFile: true);
            Split(work.At($"hf{i}"), work.At($"split{i}"));
            folders.AddRange([work.At($"native{i}"), work.At($"hf{i}"), work.At($"bin{i}"), work.At($"split{i}")]);
        }
        foreach (var folder in folders)
            seeds.AddRange(Directory.GetFiles(folder).Where(IsOfModel).Select(file => new FuzzSeed(file, folder)));
        var centroids = Fixtures.Matching("kmeans*").SelectMany(name => Directory.GetFiles(Fixtures.At(name)))
            .Where(f => f.EndsWith(".joblib", StringComparison.Ordinal) || f.EndsWith("centroids.npy", StringComparison.Ordinal)).ToList();
        KMeansModel.Load(centroids[0]).Save(work.At("km.safetensors"));
        return [.. seeds.Concat(centroids.Append(work.At("km.safetensors")).Select(file => new FuzzSeed(file, null)))
            .OrderBy(seed => seed.File, StringComparer.Ordinal)];
    }

    /// <summary>Whether a change of it can be felt: what is not of the model lies beside it in the fixtures.</summary>
    private static bool IsOfModel(string file) =>
        Path.GetFileName(file) is not ("expected.safetensors" or "grads.safetensors" or "expected.json" or "README.md"
            or "tokenizer_config.json" or "special_tokens_map.json")
        && Path.GetExtension(file) is ".json" or ".safetensors" or ".bin";

    /// <summary>Writes the changed file where it can be read, with its neighbours.</summary>
    /// <returns>What to read, and the bytes of all that is there.</returns>
    public (string Path, long Bytes) Write(string place, byte[] changed)
    {
        Directory.CreateDirectory(place);
        foreach (var other in Folder is null ? [] : Directory.GetFiles(Folder).Where(IsOfModel))
            System.IO.File.Copy(other, Path.Combine(place, Path.GetFileName(other)), overwrite: true);
        var target = Path.Combine(place, Path.GetFileName(File));
        System.IO.File.Delete(target);
        System.IO.File.WriteAllBytes(target, changed);
        return (Folder is null ? target : place, Directory.GetFiles(place).Sum(file => new FileInfo(file).Length));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static void Read(string path)
    {
        if (Path.GetExtension(path) is ".npy" or ".joblib" or ".safetensors")
            Assert.True(KMeansModel.Load(path).Clusters > 0);
        else
            Assert.NotEmpty(ModelReader.Read(path, withTraining: true).Weights);
    }

    /// <summary>The weights in two files and a list of them, as transformers writes large models.</summary>
    private static void Split(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, "*.json"))
            System.IO.File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        var parts = SafetensorsFile.Read(Path.Combine(from, HuggingFaceReader.SafetensorsName)).Tensors.Chunk(20).ToList();
        var names = parts.Select((_, i) => $"model-{i + 1:00000}-of-{parts.Count:00000}.safetensors").ToList();
        for (var i = 0; i < parts.Count; i++)
            SafetensorsFile.Write(Path.Combine(to, names[i]), parts[i]);
        System.IO.File.WriteAllText(Path.Combine(to, HuggingFaceReader.SafetensorsName + ".index.json"), JsonSerializer.Serialize(new
        {
            weight_map = parts.SelectMany((part, i) => part.Select(tensor => (tensor.Name, File: names[i])))
                .ToDictionary(pair => pair.Name, pair => pair.File),
        }));
    }

    /// <summary>
    /// A change to the pickle in an archive that stays whole, so that the change is not found by the archive's directory.
    /// </summary>
    /// <returns>Null where the file is no archive.</returns>
    public byte[]? ChangePickle(Random random, Func<byte[]> other)
    {
        if (Path.GetExtension(File) is not (".pt" or ".bin"))
            return null;
        using var bytes = new MemoryStream(System.IO.File.ReadAllBytes(File));
        if (bytes.ReadByte() != 'P')
            return null;
        using var read = new ZipArchive(bytes, ZipArchiveMode.Read);
        using var changed = new MemoryStream();
        using (var written = new ZipArchive(changed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in read.Entries)
            {
                using var from = entry.Open();
                using var content = new MemoryStream();
                from.CopyTo(content);
                using var to = written.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                to.Write(entry.Name == "data.pkl" ? Mutation.Apply(content.ToArray(), random, other) : content.ToArray());
            }
        }
        return changed.ToArray();
    }
}
