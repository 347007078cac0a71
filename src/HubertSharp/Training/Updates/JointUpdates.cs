using HubertSharp.Distributed;
using HubertSharp.Distributed.Sums;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Training.Updates;

/// <summary>
/// Gradients and scores of an update that several processes share: the gradients are summed, the scores handed to all, before anybody
/// changes weights. One process alone does what it did without all this, unless sums have an order.
/// </summary>
internal sealed class JointUpdates : IDisposable
{
    private readonly Replicas _replicas;
    private readonly DistributedTrainingConfig _config;
    private readonly Dictionary<string, OrderedSums> _ordered = new(StringComparer.Ordinal); // by part

    /// <param name="replicas">Who shares.</param>
    /// <param name="config">How they sum.</param>
    public JointUpdates(Replicas replicas, DistributedTrainingConfig config) => (_replicas, _config) = (replicas, config);

    /// <summary>
    /// Whether micro-batches are summed in a fixed order (<see cref="MicroBatchTree"/>): where it is asked for
    /// (<c>distributed_training.reproducible</c>), and in host memory where weights are rounded to 16 bits, as long as it costs next to
    /// nothing. There a last digit that differs makes another weight now and then, and other losses in the fourth digit after 50 updates.
    /// </summary>
    /// <param name="parameters">What is trained.</param>
    /// <param name="replicas">Who shares.</param>
    /// <param name="config">How they sum.</param>
    public static bool AreInOrder(ParameterStore parameters, Replicas replicas, DistributedTrainingConfig config) => config.Reproducible
        || (parameters.Precision != ComputePrecision.Float32 && parameters.Masters.device_type == DeviceType.CPU
            && !WireFormat.Of(config).IsRounded && MicroBatchTree.HasBranches(replicas.Count));

    /// <summary>Whether a part's scores come to the host before an update is applied.</summary>
    public bool AreRead(TrainedPart part) => AreInOrder(part) || _replicas.Count > 1;

    /// <summary>Forward and backward of a part; afterwards its gradients and the scores are those of the whole update.</summary>
    /// <param name="task">The task.</param>
    /// <param name="rule">The part, and its loss scale.</param>
    /// <param name="batches">This process's micro-batches.</param>
    /// <param name="microBatches">Those of all processes.</param>
    /// <param name="update">From 1.</param>
    /// <param name="logs">Whether a line of the log follows.</param>
    public UpdateScores Compute<TBatch>(
        TrainingTask<TBatch> task, UpdateRule rule, IReadOnlyList<TBatch> batches, int microBatches, long update, bool logs)
    {
        var (part, scale) = (rule.Part, rule.Guard.LossScale);
        var parameters = part.Parameters;
        _replicas.Doing("computes gradients", update);
        if (AreInOrder(part))
            return InOrder(task, rule, batches, microBatches, update, logs);
        parameters.ZeroGradients();
        var beside = _replicas.Beside(parameters.Gradients, parameters.Layers, paired: false);
        parameters.LayerDone = beside is null ? null : beside.LayerDone;
        var scores = task.Compute(part, batches, update, logs, scale);
        parameters.LayerDone = null;
        if (_replicas.Count == 1)
            return scores;
        _replicas.Doing("sums gradients", update);
        beside?.Finish();
        scores.Unpack(Gather(scores.Pack(), microBatches));
        using var scope = NewDisposeScope();
        Together(parameters.Gradients, Others(parameters, beside), _replicas.SumGradients);
        return scores;
    }

    // the gradient of each micro-batch is computed alone, and summed in an order that does not ask who computed it
    private UpdateScores InOrder<TBatch>(
        TrainingTask<TBatch> task, UpdateRule rule, IReadOnlyList<TBatch> batches, int microBatches, long update, bool logs)
    {
        var (part, scale, sums) = (rule.Part, rule.Guard.LossScale, SumsOf(rule.Part));
        var measured = new List<byte[]>();
        void Fill(int micro)
        {
            _replicas.Doing("computes gradients", update);
            using (var scores = task.Compute(part, [batches[measured.Count]], update, logs, scale))
                measured.AddRange(scores.Pack());
            _replicas.Doing("sums gradients", update);
        }
        if (MicroBatchTree.HasBranches(_replicas.Count))
            SumBranches(part.Parameters, sums, microBatches, Fill);
        else
            sums.Sum(part.Parameters.Gradients, microBatches, Fill);
        var all = task.Compute(part, [], update, logs, scale);
        all.Unpack(Gather(measured, microBatches));
        return all;
    }

    // layers are summed over the processes as soon as the backward pass of this one's last micro-batch has completed them
    private void SumBranches(ParameterStore parameters, OrderedSums sums, int microBatches, Action<int> fill)
    {
        var (gradients, layers) = (parameters.Gradients, parameters.Layers);
        var beside = _replicas.Beside(gradients, layers, paired: true);
        var reached = layers.Count;
        void Done(int layer)
        {
            while (reached > layer)
                sums.AddWaiting(gradients, layers[--reached].From, layers[reached].Length);
            beside!.LayerDone(layer);
        }
        using var scope = NewDisposeScope();
        sums.SumBranch(gradients, microBatches, (micro, isLast) =>
        {
            parameters.LayerDone = isLast && beside is not null ? Done : null;
            fill(micro);
            parameters.LayerDone = null;
        });
        if (beside is not null)
        {
            Done(0);
            beside.Finish();
        }
        var others = Others(parameters, beside);
        sums.EndBranch(gradients, others);
        Together(gradients, others, _replicas.SumPaired);
    }

    // between machines far apart a short sum takes as long as a larger one
    private static void Together(Tensor gradients, (long From, long Length)[] parts, Action<Tensor> sum)
    {
        Tensor[] each = [.. parts.Where(part => part.Length > 0).Select(part => gradients.narrow(0, part.From, part.Length))];
        if (each.Length == 0)
            return;
        var all = each.Length == 1 ? each[0] : cat(each);
        sum(all);
        var at = 0L;
        foreach (var part in each.Length == 1 ? [] : each)
        {
            part.copy_(all.narrow(0, at, part.numel()));
            at += part.numel();
        }
    }

    // what is not summed beside the backward pass
    private static (long From, long Length)[] Others(ParameterStore parameters, LayerSums? beside)
    {
        var (count, layers) = (parameters.Gradients.numel(), parameters.Layers);
        var end = beside is null ? 0 : layers[^1].From + layers[^1].Length;
        return beside is null ? [(0, count)] : [(0, layers[0].From), (end, count - end)];
    }

    // in the order of the micro-batches, where each has scores of its own
    private List<byte[]> Gather(IReadOnlyList<byte[]> mine, int microBatches)
    {
        var inOrder = new SortedList<(int Micro, int Rank), byte[]>();
        foreach (var (rank, joined) in _replicas.Gather(ByteParts.Join(mine)).Index())
        {
            int[] micros = [.. MicroBatchTree.Of(microBatches, rank, _replicas.Count)];
            foreach (var (turn, part) in ByteParts.Split(joined).Index())
                inOrder.Add((turn < micros.Length ? micros[turn] : microBatches + turn, rank), part);
        }
        return [.. inOrder.Values];
    }

    private bool AreInOrder(TrainedPart part) => AreInOrder(part.Parameters, _replicas, _config);

    private OrderedSums SumsOf(TrainedPart part)
    {
        if (!_ordered.TryGetValue(part.Name, out var sums))
            _ordered[part.Name] = sums = new OrderedSums(_replicas);
        return sums;
    }

    public void Dispose()
    {
        foreach (var sums in _ordered.Values)
            sums.Dispose();
    }
}
