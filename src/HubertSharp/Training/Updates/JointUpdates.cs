using HubertSharp.Distributed;
using static TorchSharp.torch;

namespace HubertSharp.Training.Updates;

/// <summary>
/// Gradients and scores of an update that several processes share: the gradients are summed, the scores handed to all, before anybody
/// changes weights. One process alone does what it did without all this, unless the run is to be reproducible.
/// </summary>
internal sealed class JointUpdates : IDisposable
{
    private readonly Replicas _replicas;
    private readonly bool _inOrder;
    private readonly Dictionary<string, Tensor> _totals = new(StringComparer.Ordinal); // by part

    /// <param name="replicas">Who shares.</param>
    /// <param name="reproducible"><c>distributed_training.reproducible</c>: micro-batches are summed in their order.</param>
    public JointUpdates(Replicas replicas, bool reproducible) => (_replicas, _inOrder) = (replicas, reproducible);

    /// <summary>Whether scores come to the host before an update is applied.</summary>
    public bool AreRead => _inOrder || _replicas.Count > 1;

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
        _replicas.Doing("computes gradients", update);
        if (_inOrder)
            return InOrder(task, rule, batches, microBatches, update, logs);
        var (parameters, layers) = (part.Parameters, part.Parameters.Layers);
        parameters.ZeroGradients();
        var beside = _replicas.Beside(parameters.Gradients, layers);
        parameters.LayerDone = beside is null ? null : beside.LayerDone;
        var scores = task.Compute(part, batches, update, logs, scale);
        parameters.LayerDone = null;
        if (_replicas.Count == 1)
            return scores;
        _replicas.Doing("sums gradients", update);
        beside?.Finish();
        scores.Unpack(Gather(scores.Pack()));
        using var scope = NewDisposeScope();
        var (gradients, end) = (parameters.Gradients, beside is null ? 0 : layers[^1].From + layers[^1].Length);
        if (beside is not null)
            _replicas.SumGradients(gradients.narrow(0, 0, layers[0].From));
        _replicas.SumGradients(gradients.narrow(0, end, gradients.numel() - end));
        return scores;
    }

    // a gradient of each micro-batch alone, added to the total in the order of the micro-batches whoever computed them
    private UpdateScores InOrder<TBatch>(
        TrainingTask<TBatch> task, UpdateRule rule, IReadOnlyList<TBatch> batches, int microBatches, long update, bool logs)
    {
        var part = rule.Part;
        var (gradients, total) = (part.Parameters.Gradients, TotalOf(part));
        using var scope = NewDisposeScope();
        total.zero_();
        var measured = new List<byte[]>();
        for (var first = 0; first < microBatches; first += _replicas.Count)
        {
            var holders = Math.Min(_replicas.Count, microBatches - first);
            if (_replicas.Rank < holders)
            {
                part.Parameters.ZeroGradients();
                using (var micro = task.Compute(part, [batches[first / _replicas.Count]], update, logs, rule.Guard.LossScale))
                    measured.AddRange(micro.Pack());
            }
            _replicas.Doing("sums gradients", update);
            _replicas.AddInOrder(total, gradients, holders);
            _replicas.Doing("computes gradients", update);
        }
        _replicas.Doing("sums gradients", update);
        _replicas.Complete(total);
        gradients.copy_(total);
        var scores = task.Compute(part, [], update, logs, rule.Guard.LossScale);
        scores.Unpack(Gather(measured));
        return scores;
    }

    // micro-batches were dealt out in turn
    private List<byte[]> Gather(IReadOnlyList<byte[]> mine)
    {
        var all = _replicas.Gather(ByteParts.Join(mine)).Select(ByteParts.Split).ToArray();
        var inTurn = new List<byte[]>();
        for (var turn = 0; turn < all.Max(parts => parts.Count); turn++)
            inTurn.AddRange(all.Where(parts => turn < parts.Count).Select(parts => parts[turn]));
        return inTurn;
    }

    private Tensor TotalOf(TrainedPart part)
    {
        if (!_totals.TryGetValue(part.Name, out var total))
            _totals[part.Name] = total = zeros_like(part.Parameters.Gradients).DetachFromDisposeScope();
        return total;
    }

    public void Dispose()
    {
        foreach (var total in _totals.Values)
            total.Dispose();
    }
}
