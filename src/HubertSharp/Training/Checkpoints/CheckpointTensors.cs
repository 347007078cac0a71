using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Training.Checkpoints;

/// <summary>Reads back what a <see cref="CheckpointSnapshot"/> wrote.</summary>
internal static class CheckpointTensors
{
    /// <exception cref="Runs.UserException">Missing tensors, or tensors of another shape.</exception>
    public static void Read(string folder, HubertModel model, FairseqAdam optimizer, CheckpointState state)
    {
        HubertCheckpoint.ReadWeights(Path.Combine(folder, HubertCheckpoint.WeightsFileName), model.Parameters);
        var path = Path.Combine(folder, CheckpointSnapshot.OptimizerFile);
        if (!File.Exists(path))
            throw CheckpointFaults.NoOptimizerState(folder);
        var file = SafetensorsFile.Read(path);
        foreach (var info in model.Parameters.Infos)
        {
            Fill(optimizer.FirstMoments, info, file[$"exp_avg.{info.Name}"], path);
            Fill(optimizer.SecondMoments, info, file[$"exp_avg_sq.{info.Name}"], path);
        }
        optimizer.Updates = state.OptimizerSteps;
        for (var group = 0; group < Math.Min(optimizer.GroupSkips.Length, state.LayerSkips.Count); group++)
            optimizer.GroupSkips[group] = state.LayerSkips[group];
    }

    private static void Fill(Tensor flat, ParameterInfo info, SafetensorsTensor saved, string path)
    {
        if (!saved.Shape.SequenceEqual(info.Shape))
            throw CheckpointFaults.OtherShape(path, saved.Name, info.Shape, saved.Shape);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        flat.narrow(0, info.Offset, info.Count).copy_(tensor(saved.ToSingles()));
    }
}
