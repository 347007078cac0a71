using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Interop.Native;
using HubertSharp.Models;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Interop;

/// <summary>Reads a model in whichever form it lies.</summary>
/// <remarks>Memory: at most 100 bytes per byte of the file, and 96 MiB.</remarks>
public static class ModelReader
{
    /// <summary>
    /// What a path means: a checkpoint folder, the last checkpoint of a run folder, a fairseq file, or a Hugging Face folder (or its
    /// weights).
    /// </summary>
    /// <returns>The form, and the folder or file itself.</returns>
    /// <exception cref="Runs.UserException">No model there, or one as ONNX.</exception>
    public static (ModelFormat Format, string Path) Find(string path)
    {
        path = CheckpointPointer.Follow(path);
        if (File.Exists(path))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var isWeights = HuggingFaceReader.WeightsOf(folder) is { } weights && Path.GetFileName(weights) == Path.GetFileName(path);
            if (isWeights && File.Exists(Path.Combine(folder, ModelDescription.FileName)))
                return (ModelFormat.Native, folder);
            if (isWeights && File.Exists(Path.Combine(folder, HuggingFaceConfig.FileName)))
                return (ModelFormat.HuggingFace, folder);
            return OutputKind.OnnxModel.IsOne(path) ? throw InteropFaults.IsOnnx(path) : (ModelFormat.Fairseq, path);
        }
        foreach (var folder in new[] { path, Path.Combine(path, RunFolder.CheckpointsName) })
        {
            var linked = CheckpointPointer.Follow(Path.Combine(folder, CheckpointFiles.Last));
            // one that was handed on has no state, but a model
            var newest = CheckpointFiles.Folders(folder) is [.., var last] ? last.Path : null;
            foreach (var candidate in new[] { folder, linked, newest })
            {
                if (candidate is null)
                    continue;
                if (File.Exists(Path.Combine(candidate, HuggingFaceConfig.FileName))
                    && !File.Exists(Path.Combine(candidate, ModelDescription.FileName))
                    && HuggingFaceReader.WeightsOf(candidate) is not null)
                    return (ModelFormat.HuggingFace, candidate);
                if (File.Exists(Path.Combine(candidate, HubertCheckpoint.WeightsFileName)))
                    return (ModelFormat.Native, candidate);
            }
        }
        if (TokenizerMark.IsFolder(path))
            throw InteropFaults.IsTokenizer(path);
        throw InteropFaults.NoModel(path, Directory.Exists(path) ? "a folder without one" : "nothing");
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">See <see cref="Find"/>.</param>
    /// <param name="withTraining">Read the optimizer's averages too, where the format has them.</param>
    /// <exception cref="Runs.UserException">No model there, damaged, crafted, or of another kind.</exception>
    public static PortableModel Read(string path, bool withTraining = false)
    {
        var (format, place) = Find(path);
        return format switch
        {
            ModelFormat.Fairseq => FairseqReader.Read(place, withTraining),
            ModelFormat.HuggingFace => HuggingFaceReader.Read(place),
            _ => NativeReader.Read(place, withTraining),
        };
    }

    /// <summary>The settings of a model without its weights.</summary>
    /// <exception cref="Runs.UserException">No model there, damaged, crafted, or of another kind.</exception>
    public static ModelDescription Describe(string path)
    {
        var (format, place) = Find(path);
        return format switch
        {
            ModelFormat.Fairseq => FairseqReader.Describe(place),
            ModelFormat.HuggingFace =>
                new ModelDescription(HuggingFaceConfig.Read(Path.Combine(place, HuggingFaceConfig.FileName)).Model(), new(), []),
            _ => ModelDescription.Read(Path.Combine(place, ModelDescription.FileName)),
        };
    }
}
