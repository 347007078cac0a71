using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using HubertSharp.Training.Updates;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Training.Checkpoints;

/// <summary>
/// The tensors of a checkpoint at one instant: the model as <c>model.safetensors</c> + <c>model.json</c>, Adam's averages as
/// <c>optimizer.safetensors</c> (<c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>, fairseq's words), all in float32. Written from
/// where they lie: in the training's own buffers, or in copies when the training goes on meanwhile.
/// </summary>
internal sealed class CheckpointSnapshot : IDisposable
{
    public const string OptimizerFile = "optimizer.safetensors";

    private readonly ModelDescription _description;
    private readonly IReadOnlyList<ParameterInfo> _infos;
    private readonly Tensor _masters;
    private readonly Tensor? _firstMoments;
    private readonly Tensor? _secondMoments;
    private readonly bool _owned;

    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="withoutOptimizer"><c>checkpoint.no_save_optimizer_state</c>.</param>
    /// <param name="copy">Whether the training goes on while this is written.</param>
    public CheckpointSnapshot(HubertModel model, FairseqAdam optimizer, bool withoutOptimizer, bool copy)
    {
        _description = model.Describe();
        _infos = model.Parameters.Infos;
        _owned = copy || model.Parameters.Masters.device_type != DeviceType.CPU;
        _masters = Take(model.Parameters.Masters);
        _firstMoments = withoutOptimizer ? null : Take(optimizer.FirstMoments);
        _secondMoments = withoutOptimizer ? null : Take(optimizer.SecondMoments);
    }

    public void Write(string folder)
    {
        SafetensorsFile.Write(Path.Combine(folder, HubertCheckpoint.WeightsFileName), [.. _infos.Select(info => Source(info.Name, _masters, info))]);
        _description.Write(Path.Combine(folder, ModelDescription.FileName));
        if (_firstMoments is null || _secondMoments is null)
            return;
        SafetensorsFile.Write(Path.Combine(folder, OptimizerFile), [.. _infos.SelectMany(info => new[]
        {
            Source($"exp_avg.{info.Name}", _firstMoments, info),
            Source($"exp_avg_sq.{info.Name}", _secondMoments, info),
        })]);
    }

    private Tensor Take(Tensor tensor)
    {
        if (!_owned)
            return tensor;
        using var guard = no_grad();
        return (tensor.device_type == DeviceType.CPU ? tensor.clone() : tensor.cpu()).DetachFromDisposeScope();
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

    public void Dispose()
    {
        if (!_owned)
            return;
        _masters.Dispose();
        _firstMoments?.Dispose();
        _secondMoments?.Dispose();
    }
}
