using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Interop.Native;

/// <summary>Reads a checkpoint folder of ours.</summary>
internal static class NativeReader
{
    private const string OptimizerName = CheckpointFiles.Optimizer;

    /// <exception cref="Runs.UserException">Damaged.</exception>
    public static PortableModel Read(string folder, bool withTraining)
    {
        var description = ModelDescription.Read(Path.Combine(folder, ModelDescription.FileName));
        var weights = Path.Combine(folder, HubertCheckpoint.WeightsFileName);
        var tensors = SafetensorsFile.Read(weights).Tensors
            .ToDictionary(t => t.Name, t => StoredTensor.Finite(weights, t.Name, t), StringComparer.Ordinal);
        return new PortableModel(ModelFormat.Native, folder, description, tensors)
        {
            Ctc = NativeCtc.Read(folder),
            Training = Training(folder, description, withTraining),
        };
    }

    private static TrainingState? Training(string folder, ModelDescription description, bool withMoments)
    {
        if (!File.Exists(Path.Combine(folder, CheckpointFiles.State)))
            return null;
        var state = CheckpointStateFile.Read(folder);
        var optimizer = Path.Combine(folder, OptimizerName);
        if (!withMoments || !File.Exists(optimizer))
            return new TrainingState(state.Update, null, state.OptimizerSteps) { LayerSkips = state.LayerSkips };
        var file = SafetensorsFile.Read(optimizer);
        var moments = HubertParameters.Of(description.Model, description.Classes).ToDictionary(
            spec => spec.Name, spec => (file[$"exp_avg.{spec.Name}"], file[$"exp_avg_sq.{spec.Name}"]), StringComparer.Ordinal);
        return new TrainingState(state.Update, moments, state.OptimizerSteps) { LayerSkips = state.LayerSkips };
    }
}
