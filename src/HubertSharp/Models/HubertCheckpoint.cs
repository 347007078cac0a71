using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Models;

/// <summary>The model's part of a checkpoint folder: <c>model.safetensors</c> under fairseq's names, and <c>model.json</c>.</summary>
public static class HubertCheckpoint
{
    public const string WeightsFileName = "model.safetensors";

    /// <summary>Writes both files of a folder; each whole or not at all.</summary>
    public static void Write(string folder, HubertModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        WriteWeights(Path.Combine(folder, WeightsFileName), model.Parameters);
        model.Describe().Write(Path.Combine(folder, ModelDescription.FileName));
    }

    /// <summary>Writes the float32 masters in the order of fairseq's <c>model.parameters()</c>.</summary>
    public static void WriteWeights(string path, ParameterStore parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        SafetensorsFile.Write(path, parameters.Infos.Select(info => SafetensorsTensor.Create(info.Name, info.Shape, parameters.Values(info))));
    }

    /// <summary>Builds the model of a checkpoint folder.</summary>
    /// <exception cref="Runs.UserException">Not such a folder, damaged, or files that do not belong together.</exception>
    public static HubertModel Read(string folder, ComputePrecision precision, torch.Device? device = null)
    {
        var weights = Path.Combine(folder, WeightsFileName);
        if (!File.Exists(weights))
            throw ModelFaults.NotACheckpoint(folder, WeightsFileName);
        var description = ModelDescription.Read(Path.Combine(folder, ModelDescription.FileName));
        var file = SafetensorsFile.Read(weights);
        // shapes are compared before anything of the described size is allocated
        var specs = HubertParameters.Of(description.Model, description.Classes);
        CheckShapes(weights, file, specs.Select(spec => (spec.Name, (IReadOnlyList<long>)spec.Shape)));
        var model = new HubertModel(description.Model, description.Task, description.Classes, precision, device);
        model.Parameters.CopyFrom(info => file[info.Name].ToSingles());
        return model;
    }

    /// <summary>Sets a model's parameters from a file that must have exactly its tensors.</summary>
    /// <exception cref="Runs.UserException">Missing, surplus or misshapen tensors.</exception>
    public static void ReadWeights(string path, ParameterStore parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var file = SafetensorsFile.Read(path);
        CheckShapes(path, file, parameters.Infos.Select(info => (info.Name, info.Shape)));
        parameters.CopyFrom(info => file[info.Name].ToSingles());
    }

    private static void CheckShapes(string path, SafetensorsFile file, IEnumerable<(string Name, IReadOnlyList<long> Shape)> expected)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in expected)
        {
            names.Add(name);
            if (!file.Contains(name))
                throw ModelFaults.NoSuchTensor(path, name);
            if (!file[name].Shape.SequenceEqual(shape))
                throw ModelFaults.TensorShape(path, name, shape, file[name].Shape);
        }
        foreach (var tensor in file.Tensors)
        {
            if (!names.Contains(tensor.Name))
                throw ModelFaults.UnknownTensor(path, tensor.Name);
        }
    }
}
