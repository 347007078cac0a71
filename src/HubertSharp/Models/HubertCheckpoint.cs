using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Models;

/// <summary>The model's part of a checkpoint folder: <c>model.safetensors</c> under fairseq's names, and <c>model.json</c>.</summary>
internal static class HubertCheckpoint
{
    public const string WeightsFileName = CheckpointFiles.Weights;

    /// <summary>Writes both files of a folder; each whole or not at all.</summary>
    public static void Write(string folder, HubertModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ParameterFile.Write(Path.Combine(folder, WeightsFileName), model.Parameters, model.Buffers);
        model.Describe().Write(Path.Combine(folder, ModelDescription.FileName));
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
        var specs = HubertParameters.Of(description.Model, description.Classes).Concat(HubertBuffers.Of(description.Model));
        ParameterFile.CheckShapes(weights, file, specs.Select(spec => (spec.Name, (IReadOnlyList<long>)spec.Shape)));
        var model = new HubertModel(description.Model, description.Task, description.Classes, precision, device);
        model.Parameters.CopyFrom(info => StoredTensor.Finite(weights, info.Name, file[info.Name]).ToSingles());
        model.CopyBuffers(name => StoredTensor.Finite(weights, name, file[name]).ToSingles());
        return model;
    }
}
