using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Training.Checkpoints;

/// <summary>Reads back what a <see cref="CheckpointSnapshot"/> wrote, and what others saved of an optimizer.</summary>
internal static class CheckpointTensors
{
    /// <exception cref="Runs.UserException">Missing tensors, or tensors of another shape.</exception>
    public static void Read(string folder, TrainedPart part, CheckpointState state)
    {
        ParameterFile.Read(Path.Combine(folder, part.WeightsFile), part.Parameters, part.Buffers, Side(folder, part));
        var path = Path.Combine(folder, part.OptimizerFile);
        if (!File.Exists(path))
            throw CheckpointFaults.NoOptimizerState(folder);
        var file = SafetensorsFile.Read(path);
        var saved = state.Of(part);
        Restore(part.Optimizer, part.Parameters, info => (file[$"exp_avg.{info.Name}"], file[$"exp_avg_sq.{info.Name}"]),
            saved.OptimizerSteps, saved.GroupSkips, path);
    }

    private static Dictionary<string, SafetensorsTensor>? Side(string folder, TrainedPart part)
    {
        if (part.Side is not { } side)
            return null;
        var path = Path.Combine(folder, side.FileName);
        var file = SafetensorsFile.Read(path);
        ParameterFile.CheckShapes(path, file,
            part.Parameters.Infos.Where(info => side.Names.ContainsKey(info.Name)).Select(info => (side.Names[info.Name], info.Shape)));
        return side.Names.ToDictionary(name => name.Key, name => file[name.Value], StringComparer.Ordinal);
    }

    /// <summary>Sets an optimizer to what was saved of one.</summary>
    /// <param name="optimizer">A new one.</param>
    /// <param name="parameters">What it changes.</param>
    /// <param name="moments">Adam's averages of a parameter.</param>
    /// <param name="steps">Adam's t.</param>
    /// <param name="groupSkips">Per group of parameters, how many steps passed over it; groups that it does not name have none.</param>
    /// <param name="path">Where they were read.</param>
    /// <exception cref="Runs.UserException">Averages of another shape.</exception>
    public static void Restore(
        FairseqAdam optimizer, ParameterStore parameters, Func<ParameterInfo, (SafetensorsTensor First, SafetensorsTensor Second)> moments,
        long steps, IReadOnlyList<long> groupSkips, string path)
    {
        foreach (var info in parameters.Infos)
        {
            var (first, second) = moments(info);
            Fill(optimizer.FirstMoments, info, first, path);
            Fill(optimizer.SecondMoments, info, second, path);
        }
        optimizer.Updates = steps;
        for (var group = 0; group < Math.Min(optimizer.GroupSkips.Length, groupSkips.Count); group++)
            optimizer.GroupSkips[group] = groupSkips[group];
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
