using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// Reads a tokenizer as it was released (<c>config.json</c> and <c>SpeechTokenizer.pt</c>), as its training saves it, or as
/// <see cref="TokenizerWriter"/> writes it.
/// </summary>
/// <remarks>Memory: at most 100 bytes per byte of the file, and 96 MiB.</remarks>
internal static class TokenizerReader
{
    public const string TorchName = TokenizerMark.TorchName, SafetensorsName = HuggingFaceReader.SafetensorsName;

    /// <summary>The settings' name where a training's configuration was copied instead.</summary>
    private const string TrainingConfigName = "spt_base_cfg.json";

    private static readonly string[] s_endings = [".pt", ".pth", ".bin", ".ckpt"];

    /// <param name="path">A folder, or a file of weights.</param>
    /// <param name="config">The settings; null for those beside the weights.</param>
    /// <exception cref="Runs.UserException">No tokenizer there, damaged, crafted, or another kind of model.</exception>
    public static PortableTokenizer Read(string path, string? config = null)
    {
        var file = Find(path);
        var tensors = Path.GetExtension(file) == ".safetensors" ? Safetensors(file) : Torch(file);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var beside = Path.Combine(folder, TokenizerConfig.FileName);
        if (!File.Exists(beside) && File.Exists(Path.Combine(folder, TrainingConfigName)))
            beside = Path.Combine(folder, TrainingConfigName);
        return new PortableTokenizer(file, TokenizerConfig.Read(config ?? beside), tensors);
    }

    private static string Find(string path)
    {
        if (File.Exists(path))
            return path;
        if (!Directory.Exists(path))
            throw TokenizerFaults.NoModel(path, "nothing");
        if (File.Exists(Path.Combine(path, ModelDescription.FileName)) || Directory.Exists(Path.Combine(path, RunFolder.CheckpointsName)))
            throw TokenizerFaults.IsHubert(path);
        foreach (var name in (string[])[SafetensorsName, TorchName])
        {
            if (File.Exists(Path.Combine(path, name)))
                return Path.Combine(path, name);
        }
        var others = Directory.EnumerateFiles(path)
            .Where(file => s_endings.Contains(Path.GetExtension(file)) || Path.GetExtension(file) == ".safetensors")
            .Order(StringComparer.Ordinal).Take(2).ToArray();
        return others switch
        {
            [var only] => only,
            [var first, var second] => throw TokenizerFaults.SeveralModels(path, Path.GetFileName(first), Path.GetFileName(second)),
            _ => throw TokenizerFaults.NoModel(path, "a folder without one"),
        };
    }

    private static Dictionary<string, SafetensorsTensor> Safetensors(string path)
    {
        var file = SafetensorsFile.Read(path);
        return Checked(path, file.Tensors.Select(tensor => (tensor.Name, (Func<string, SafetensorsTensor>)(_ => tensor))));
    }

    private static Dictionary<string, SafetensorsTensor> Torch(string path)
    {
        using var file = TorchFile.Open(path, FairseqClasses.Names);
        var root = PlainValue.Map(PlainValue.Item(file.Root, TokenizerMark.GeneratorKey) ?? file.Root);
        var tensors = root?.Pairs.Where(pair => pair is { Key: string, Value: TorchTensor }) ?? [];
        if (root?["model"] is not null || root?["model_weight"] is not null || root?["Distiller"] is not null)
            throw TokenizerFaults.IsHubert(path);
        return Checked(path, tensors.Select(pair => ((string)pair.Key!,
            (Func<string, SafetensorsTensor>)(name => file.Read(name, (TorchTensor)pair.Value!)))));
    }

    private static Dictionary<string, SafetensorsTensor> Checked(
        string path, IEnumerable<(string Name, Func<string, SafetensorsTensor> Read)> stored)
    {
        var all = stored.ToList();
        if (!all.Exists(tensor => TokenizerMark.IsTensor(tensor.Name)))
        {
            throw all.Exists(tensor => tensor.Name.Contains("encoder.layers.0.", StringComparison.Ordinal))
                ? TokenizerFaults.IsHubert(path) : TokenizerFaults.NoWeights(path);
        }
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        foreach (var (name, read) in all)
        {
            var released = TokenizerNames.Released(name);
            tensors[released] = StoredTensor.Finite(path, name, read(released)) with { Name = released };
        }
        return tensors;
    }
}
