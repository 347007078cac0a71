using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>
/// The tensors of a checkpoint: the model as <c>model.safetensors</c> + <c>model.json</c>, Adam's averages as
/// <c>optimizer.safetensors</c> (<c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>, fairseq's words), all in float32.
/// </summary>
internal static class CheckpointTensors
{
    private const string OptimizerFile = "optimizer.safetensors";

    public static void Write(string folder, HubertModel model, FairseqAdam optimizer, bool withoutOptimizer)
    {
        HubertCheckpoint.Write(folder, model);
        if (withoutOptimizer)
            return;
        SafetensorsFile.Write(
            Path.Combine(folder, OptimizerFile),
            model.Parameters.Infos.SelectMany(info => new[]
            {
                Slice(optimizer.FirstMoments, info, "exp_avg."),
                Slice(optimizer.SecondMoments, info, "exp_avg_sq."),
            }));
    }

    /// <exception cref="Runs.UserException">Missing tensors, or tensors of another shape.</exception>
    public static void Read(string folder, HubertModel model, FairseqAdam optimizer, CheckpointState state)
    {
        HubertCheckpoint.ReadWeights(Path.Combine(folder, HubertCheckpoint.WeightsFileName), model.Parameters);
        var path = Path.Combine(folder, OptimizerFile);
        if (!File.Exists(path))
            throw PretrainingFaults.NoOptimizerState(folder);
        var file = SafetensorsFile.Read(path);
        foreach (var info in model.Parameters.Infos)
        {
            Fill(optimizer.FirstMoments, info, file[$"exp_avg.{info.Name}"], path);
            Fill(optimizer.SecondMoments, info, file[$"exp_avg_sq.{info.Name}"], path);
        }
        optimizer.Updates = state.OptimizerSteps;
        for (var layer = 0; layer < Math.Min(optimizer.LayerSkips.Length, state.LayerSkips.Count); layer++)
            optimizer.LayerSkips[layer] = state.LayerSkips[layer];
    }

    private static SafetensorsTensor Slice(Tensor flat, ParameterInfo info, string prefix)
    {
        using var scope = NewDisposeScope();
        var values = flat.narrow(0, info.Offset, info.Count).cpu().contiguous().data<float>().ToArray();
        return SafetensorsTensor.Create(prefix + info.Name, info.Shape, values);
    }

    private static void Fill(Tensor flat, ParameterInfo info, SafetensorsTensor saved, string path)
    {
        if (!saved.Shape.SequenceEqual(info.Shape))
            throw PretrainingFaults.OtherShape(path, saved.Name, info.Shape, saved.Shape);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        flat.narrow(0, info.Offset, info.Count).copy_(tensor(saved.ToSingles()));
    }
}
