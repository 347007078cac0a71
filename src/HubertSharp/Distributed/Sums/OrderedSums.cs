using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Distributed.Sums;

/// <summary>
/// Sums up what the micro-batches of an update give, over all processes, in the order of <see cref="MicroBatchTree"/>: the same to the
/// last bit however many processes share them. What waits to be summed is kept from update to update.
/// </summary>
/// <param name="replicas">The processes.</param>
internal sealed class OrderedSums(Replicas replicas) : IDisposable
{
    private readonly Stack<Tensor> _waiting = [], _free = [];

    /// <summary>Sums over all micro-batches of all processes.</summary>
    /// <param name="buffer">Flat float32, of the same size in all processes and at each call; the sum, in the end.</param>
    /// <param name="micros">Micro-batches of all processes.</param>
    /// <param name="fill">Adds what one of this process's micro-batches gives to the buffer, which holds zeros.</param>
    public void Sum(Tensor buffer, int micros, Action<int> fill)
    {
        using var scope = NewDisposeScope();
        if (!MicroBatchTree.HasBranches(replicas.Count))
        {
            SumInTurn(buffer, micros, fill);
            return;
        }
        SumBranch(buffer, micros, (micro, _) => fill(micro));
        EndBranch(buffer, [(0, buffer.numel())]);
        replicas.SumPaired(buffer);
    }

    /// <summary>
    /// Sums over the micro-batches of this process, where it has a branch: the last one's lie in the buffer, and what waits to be added to
    /// them is added by <see cref="AddWaiting"/>.
    /// </summary>
    /// <param name="buffer">As in <see cref="Sum"/>.</param>
    /// <param name="micros">Micro-batches of all processes.</param>
    /// <param name="fill">The same, and whether the micro-batch is this process's last.</param>
    public void SumBranch(Tensor buffer, int micros, Action<int, bool> fill)
    {
        var (next, left) = (0, MicroBatchTree.Of(micros, replicas.Rank, replicas.Count).Count());
        buffer.zero_();
        MicroBatchTree.Visit(micros, replicas.Rank, replicas.Count, micro =>
        {
            if (next++ > 0)
            {
                _waiting.Push(Room(buffer.numel(), buffer.device).copy_(buffer));
                buffer.zero_();
            }
            fill(micro, next == left);
        }, () =>
        {
            if (next < left)
                Free(buffer, _waiting.Pop());
        });
    }

    /// <summary>Adds what waits to a part of the buffer, each part once.</summary>
    public void AddWaiting(Tensor buffer, long from, long length)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var part = buffer.narrow(0, from, length);
        foreach (var sum in _waiting) // the newest first
            part.add_(sum.narrow(0, from, length), Scalars.One);
    }

    /// <summary>Adds what waits to these parts, and forgets it.</summary>
    public void EndBranch(Tensor buffer, IEnumerable<(long From, long Length)> parts)
    {
        foreach (var (from, length) in parts)
            AddWaiting(buffer, from, length);
        while (_waiting.TryPop(out var sum))
            _free.Push(sum);
    }

    // each process sums its slice of what all give, one micro-batch of each at a time
    private void SumInTurn(Tensor buffer, int micros, Action<int> fill)
    {
        var (count, own) = (replicas.Count, replicas.SliceOf(buffer.numel()));
        var given = new Tensor[count];
        MicroBatchTree.Visit(micros, 0, 1, micro =>
        {
            if (micro % count == 0)
            {
                var holders = Math.Min(count, micros - micro);
                if (replicas.Rank < holders)
                {
                    buffer.zero_();
                    fill(micro + replicas.Rank);
                }
                for (var holder = 0; holder < holders; holder++)
                    given[holder] = Room(own, CPU);
                replicas.Slice(buffer, given[..holders]);
            }
            _waiting.Push(given[micro % count]);
        }, () =>
        {
            var newest = _waiting.Pop();
            Free(_waiting.Peek(), newest);
        });
        var sum = _waiting.Pop();
        replicas.Spread(sum, buffer);
        _free.Push(sum);
    }

    private void Free(Tensor total, Tensor sum)
    {
        total.add_(sum, Scalars.One);
        _free.Push(sum);
    }

    private Tensor Room(long numbers, Device device) =>
        _free.TryPop(out var free) ? free : empty(numbers, float32, device).DetachFromDisposeScope();

    public void Dispose()
    {
        foreach (var tensor in _waiting.Concat(_free))
            tensor.Dispose();
    }
}
