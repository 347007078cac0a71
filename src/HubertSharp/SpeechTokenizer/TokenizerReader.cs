using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Pickle;
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

    /// <summary>The file of weights that a path leads to: of a run its best checkpoint's.</summary>
    /// <exception cref="Runs.UserException">No tokenizer there.</exception>
    public static string Find(string path)
    {
        if (File.Exists(path))
            return path;
        if (!Directory.Exists(path))
            throw TokenizerFaults.NoModel(path, "nothing");
        if (OfRun(path) is { } checkpoint)
            path = checkpoint;
        else if (File.Exists(Path.Combine(path, ModelDescription.FileName))
            || Directory.Exists(Path.Combine(path, RunFolder.CheckpointsName)))
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

    /// <summary>
    /// The best checkpoint of a run that trained a tokenizer, or its last where none was validated; null for another folder.
    /// </summary>
    private static string? OfRun(string path) => ((string[])[CheckpointFiles.Best, CheckpointFiles.Last])
        .Select(name => CheckpointPointer.Follow(Path.Combine(path, RunFolder.CheckpointsName, name)))
        .FirstOrDefault(TokenizerMark.IsFolder);

    private static StoredTensors Safetensors(string path)
    {
        var names = new List<string>();
        SafetensorsFile.Read(path, name =>
        {
            names.Add(name);
            return false;
        });
        SafetensorsTensor Read(string stored) => SafetensorsFile.Read(path, name => name == stored)[stored];
        return Checked(path, names, Read, Read);
    }

    private static StoredTensors Torch(string path)
    {
        using var file = TorchFile.Open(path, FairseqClasses.Names);
        if (Generator(file) is var root && (root?["model"] ?? root?["model_weight"] ?? root?["Distiller"]) is not null)
            throw TokenizerFaults.IsHubert(path);
        static SafetensorsTensor From(TorchFile file, string name) => file.Read(name, (TorchTensor)Generator(file)![name]!);
        return Checked(path,
            [.. (root?.Pairs ?? []).Where(pair => pair is { Key: string, Value: TorchTensor }).Select(pair => (string)pair.Key!)],
            name => From(file, name), name =>
            {
                using var again = TorchFile.Open(path, FairseqClasses.Names);
                return From(again, name);
            });
    }

    /// <summary>Of a training's checkpoint, which holds discriminators, too; else all of it.</summary>
    private static PickleMap? Generator(TorchFile file) =>
        PlainValue.Map(PlainValue.Item(file.Root, TokenizerMark.GeneratorKey) ?? file.Root);

    /// <param name="path">The file.</param>
    /// <param name="names">What it calls its tensors.</param>
    /// <param name="read">Reads one, to see that it is whole and finite.</param>
    /// <param name="again">Reads it later, when it is used.</param>
    private static StoredTensors Checked(
        string path, IReadOnlyList<string> names, Func<string, SafetensorsTensor> read, Func<string, SafetensorsTensor> again)
    {
        if (!names.Any(TokenizerMark.IsTensor))
        {
            throw names.Any(name => name.Contains("encoder.layers.0.", StringComparison.Ordinal))
                ? TokenizerFaults.IsHubert(path) : TokenizerFaults.NoWeights(path);
        }
        var storedNames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            StoredTensor.Finite(path, name, read(name));
            storedNames[TokenizerNames.Released(name)] = name;
        }
        foreach (var name in storedNames.Keys.Where(name => name.StartsWith(TokenizerNames.Averaged, StringComparison.Ordinal)).ToList())
        {
            storedNames[name[TokenizerNames.Averaged.Length..]] = storedNames[name];
            storedNames.Remove(name);
        }
        return new StoredTensors(storedNames, released => again(storedNames[released]) with { Name = released });
    }
}
