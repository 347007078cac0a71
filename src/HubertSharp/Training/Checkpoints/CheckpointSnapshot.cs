using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Training.Checkpoints;

/// <summary>
/// The tensors of a checkpoint at one instant: the first part as <c>model.safetensors</c> with its description, Adam's averages as
/// <c>optimizer.safetensors</c> (<c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>, fairseq's words), all in float32; further parts as
/// <c>PART.safetensors</c> and <c>PART.optimizer.safetensors</c>. Written from where they lie: in the training's own buffers, or in
/// copies when the training goes on meanwhile.
/// </summary>
internal sealed class CheckpointSnapshot : IDisposable
{
    private readonly List<Part> _parts = [];
    private readonly List<Tensor> _owned = [];

    /// <param name="parts">What the run trains.</param>
    /// <param name="withoutOptimizer"><c>checkpoint.no_save_optimizer_state</c>.</param>
    /// <param name="copy">Whether the training goes on while this is written.</param>
    public CheckpointSnapshot(IReadOnlyList<TrainedPart> parts, bool withoutOptimizer, bool copy)
    {
        foreach (var part in parts)
        {
            _parts.Add(new Part(
                part, Take(part.Parameters.Masters, copy), part.Buffers.ToDictionary(b => b.Key, b => Take(b.Value, copy)),
                withoutOptimizer ? null : Take(part.Optimizer.FirstMoments, copy),
                withoutOptimizer ? null : Take(part.Optimizer.SecondMoments, copy)));
        }
    }

    public void Write(string folder) => _parts.ForEach(part => Write(folder, part));

    private static void Write(string folder, Part part)
    {
        var (infos, side) = (part.Of.Parameters.Infos, part.Of.Side);
        if (side is not null)
            SafetensorsFile.Write(Path.Combine(folder, side.FileName),
                [.. infos.Where(info => side.Names.ContainsKey(info.Name)).Select(i => Source(side.Names[i.Name], part.Masters, i))],
                side.Metadata);
        SafetensorsFile.Write(Path.Combine(folder, part.Of.WeightsFile),
        [
            .. infos.Where(info => side?.Names.ContainsKey(info.Name) != true).Select(info => Source(info.Name, part.Masters, info)),
            .. part.Buffers.Select(b => Source(b.Key, b.Value, new ParameterInfo(b.Key, b.Value.shape, 0, b.Value.numel(), true))),
        ]);
        part.Of.Describe(folder);
        if (part.FirstMoments is not { } first || part.SecondMoments is not { } second)
            return;
        SafetensorsFile.Write(Path.Combine(folder, part.Of.OptimizerFile), [.. infos.SelectMany(info => new[]
        {
            Source($"exp_avg.{info.Name}", first, info),
            Source($"exp_avg_sq.{info.Name}", second, info),
        })]);
    }

    private Tensor Take(Tensor tensor, bool copy)
    {
        if (!copy && tensor.device_type == DeviceType.CPU)
            return tensor;
        using var guard = no_grad();
        var own = (tensor.device_type == DeviceType.CPU ? tensor.clone() : tensor.cpu()).DetachFromDisposeScope();
        _owned.Add(own);
        return own;
    }

    private static SafetensorsSource Source(string name, Tensor flat, ParameterInfo info) =>
        new(name, "F32", info.Shape, info.Count * sizeof(float), stream => WriteTo(stream, flat, info.Offset, info.Count));

    private static unsafe void WriteTo(Stream stream, Tensor flat, long offset, long count)
    {
        const long part = 1 << 22;
        var values = TensorPointer.Singles(flat) + offset;
        for (var start = 0L; start < count; start += part)
            stream.Write(new ReadOnlySpan<byte>(values + start, (int)Math.Min(part, count - start) * sizeof(float)));
        GC.KeepAlive(flat);
    }

    public void Dispose() => _owned.ForEach(tensor => tensor.Dispose());

    private sealed record Part(
        TrainedPart Of, Tensor Masters, IReadOnlyDictionary<string, Tensor> Buffers, Tensor? FirstMoments, Tensor? SecondMoments);
}
