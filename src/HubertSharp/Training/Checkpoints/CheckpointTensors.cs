using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Training.Checkpoints;

/// <summary>Reads back what a <see cref="CheckpointSnapshot"/> wrote.</summary>
internal static class CheckpointTensors
{
    /// <exception cref="Runs.UserException">Missing tensors, or tensors of another shape.</exception>
    public static void Read(string folder, TrainedPart part, CheckpointState state)
    {
        ParameterFile.Read(Path.Combine(folder, part.WeightsFile), part.Parameters, part.Buffers);
        var path = Path.Combine(folder, part.OptimizerFile);
        if (!File.Exists(path))
            throw CheckpointFaults.NoOptimizerState(folder);
        var file = SafetensorsFile.Read(path);
        var optimizer = part.Optimizer;
        foreach (var info in part.Parameters.Infos)
        {
            Fill(optimizer.FirstMoments, info, file[$"exp_avg.{info.Name}"], path);
            Fill(optimizer.SecondMoments, info, file[$"exp_avg_sq.{info.Name}"], path);
        }
        var saved = state.Of(part);
        optimizer.Updates = saved.OptimizerSteps;
        for (var group = 0; group < Math.Min(optimizer.GroupSkips.Length, saved.GroupSkips.Count); group++)
            optimizer.GroupSkips[group] = saved.GroupSkips[group];
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
