using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Distributed.Sums;

/// <summary>Sums of contiguous float32 tensors over all ranks, piece by piece, whatever moves them.</summary>
/// <param name="rank">This one.</param>
/// <param name="ranks">How many there are.</param>
/// <param name="mover">Moves; a tensor that lies elsewhere is copied to its place and back.</param>
/// <param name="piece">Numbers that travel together.</param>
/// <param name="wire">The type that they travel in.</param>
/// <param name="call">Makes a call to all others: kind, bytes that this rank gives, the call.</param>
/// <param name="grain">Numbers that are computed with at a time.</param>
internal sealed class GradientSums(
    int rank, int ranks, ITensorMover mover, int piece, WireFormat wire, Action<string, long, Action> call, int grain = int.MaxValue)
    : IDisposable
{
    /// <summary>So few that torch computes with them in one thread: fewer than at::internal::GRAIN_SIZE.</summary>
    public const int GrainOfOneThread = (1 << 15) - 1;

    private Tensor? _received, _rounded, _largest; // kept: memory that is asked for anew is cleared each time

    /// <inheritdoc cref="Replicas.Sum"/>
    public void Sum(Tensor tensor) => InPlace(tensor, writesBack: true, sum =>
    {
        foreach (var (from, length) in Slices.Pieces(sum.numel(), piece))
        {
            using var scope = NewDisposeScope();
            var part = sum.narrow(0, from, length);
            call(RankCall.Sum, (long)length * sizeof(float), () => mover.AllReduce(part));
        }
    });

    /// <inheritdoc cref="Replicas.SumGradients"/>
    public void SumGradients(Tensor tensor)
    {
        if (!wire.IsRounded)
            Sum(tensor);
        else if (tensor.numel() > 0)
            InPlace(tensor, writesBack: true, SumRounded);
    }

    private void SumRounded(Tensor sum)
    {
        var scale = wire.Type == ScalarType.Float16 ? wire.Scale(LargestOfAll(sum), ranks) : 1;
        foreach (var (from, length) in Slices.Pieces(sum.numel(), piece))
        {
            using var scope = NewDisposeScope();
            SumRounded(sum.narrow(0, from, length), length, scale);
        }
    }

    // What each rank gives is rounded once, and so is their sum, which is made in float32 by the rank that the slice is of.
    private void SumRounded(Tensor part, int length, float scale)
    {
        var slices = Slices.Of(length, ranks);
        var (own, places) = (slices[rank], Slices.Places(slices));
        int[] received = [.. Enumerable.Repeat(own, ranks)];
        using var factor = scale.ToScalar();
        using var inverse = (1 / scale).ToScalar();
        var rounded = Room(ref _rounded, wire.Type, length);
        foreach (var (from, count) in Slices.Pieces(length, grain))
        {
            var mine = part.narrow(0, from, count);
            rounded.narrow(0, from, count).copy_(scale == 1 ? mine : mine.mul_(factor));
        }
        var parts = Room(ref _received, wire.Type, (long)own * ranks);
        call(RankCall.Sum, (long)length * wire.Bytes,
            () => mover.AllToAll(rounded, slices, places, parts, received, Slices.Places(received)));
        foreach (var (from, count) in Slices.Pieces(own, grain))
        {
            var sum = parts.narrow(0, from, count).to(ScalarType.Float32);
            for (var other = 1; other < ranks; other++)
                sum.add_(parts.narrow(0, ((long)other * own) + from, count), Scalars.One);
            rounded.narrow(0, places[rank] + from, count).copy_(sum);
        }
        call(RankCall.HandOut, (long)length * wire.Bytes, () => mover.AllGather(rounded, slices, places));
        foreach (var (from, count) in Slices.Pieces(length, grain))
        {
            var all = part.narrow(0, from, count).copy_(rounded.narrow(0, from, count));
            if (scale != 1)
                all.mul_(inverse);
        }
    }

    /// <inheritdoc cref="Replicas.SumPaired"/>
    public void SumPaired(Tensor tensor) => InPlace(tensor, writesBack: true, sum =>
    {
        foreach (var (from, length) in Slices.Pieces(sum.numel(), piece))
        {
            using var scope = NewDisposeScope();
            SumPaired(sum.narrow(0, from, length), length);
        }
    });

    // Neighbours halve a piece between them and add up a half each, then those two apart the halves of these, and so on; then the same way
    // back with what is complete. Each sends less than twice the piece, and most of it to the nearest (Rabenseifner 2004).
    private void SumPaired(Tensor part, int length)
    {
        var steps = new Stack<PairStep>();
        call(RankCall.OrderedSum, (long)length * sizeof(float), () =>
        {
            var (from, to) = (0, length);
            for (var distance = 1; distance < ranks; distance *= 2)
            {
                var middle = from + ((to - from) / 2);
                var step = (rank & distance) == 0
                    ? new PairStep(rank ^ distance, from, middle - from, middle, to - middle)
                    : new PairStep(rank ^ distance, middle, to - middle, from, middle - from);
                var other = Room(ref _received, ScalarType.Float32, step.Kept);
                mover.Exchange(part.narrow(0, step.GivenFrom, step.Given), other, step.Partner);
                foreach (var (start, count) in Slices.Pieces(step.Kept, grain))
                    part.narrow(0, step.KeptFrom + start, count).add_(other.narrow(0, start, count), Scalars.One);
                steps.Push(step);
                (from, to) = (step.KeptFrom, step.KeptFrom + step.Kept);
            }
        });
        call(RankCall.HandOut, (long)length * sizeof(float), () =>
        {
            foreach (var step in steps)
                mover.Exchange(part.narrow(0, step.KeptFrom, step.Kept), part.narrow(0, step.GivenFrom, step.Given), step.Partner);
        });
    }

    // what a process sums itself of what it and a partner have, and what the partner sums
    private sealed record PairStep(int Partner, int KeptFrom, int Kept, int GivenFrom, int Given);

    /// <inheritdoc cref="Replicas.SliceOf"/>
    public long SliceOf(long numbers) => Slices.Pieces(numbers, piece).Sum(one => (long)Slices.Of(one.Length, ranks)[rank]);

    /// <inheritdoc cref="Replicas.Slice"/>
    public void Slice(Tensor mine, Tensor[] given) => InPlace(mine, writesBack: false, values =>
    {
        var at = 0L;
        foreach (var (from, length) in Slices.Pieces(values.numel(), piece))
        {
            using var scope = NewDisposeScope();
            var slices = Slices.Of(length, ranks);
            var own = slices[rank];
            int[] received = [.. Enumerable.Range(0, ranks).Select(other => other < given.Length ? own : 0)];
            int[] sent = rank < given.Length ? slices : new int[ranks];
            var parts = Room(ref _received, ScalarType.Float32, (long)own * given.Length);
            var whole = values.narrow(0, from, length);
            call(RankCall.OrderedSum, (long)length * sizeof(float),
                () => mover.AllToAll(whole, sent, Slices.Places(slices), parts, received, Slices.Places(received)));
            for (var holder = 0; holder < given.Length; holder++)
                given[holder].narrow(0, at, own).copy_(parts.narrow(0, (long)holder * own, own));
            at += own;
        }
    });

    /// <inheritdoc cref="Replicas.Spread"/>
    public void Spread(Tensor own, Tensor total) => InPlace(total, writesBack: true, whole =>
    {
        var at = 0L;
        foreach (var (from, length) in Slices.Pieces(whole.numel(), piece))
        {
            using var scope = NewDisposeScope();
            var (part, slices) = (whole.narrow(0, from, length), Slices.Of(length, ranks));
            var places = Slices.Places(slices);
            part.narrow(0, places[rank], slices[rank]).copy_(own.narrow(0, at, slices[rank]));
            call(RankCall.HandOut, (long)length * sizeof(float), () => mover.AllGather(part, slices, places));
            at += slices[rank];
        }
    });

    public void Dispose()
    {
        _received?.Dispose();
        _rounded?.Dispose();
        _largest?.Dispose();
    }

    private float LargestOfAll(Tensor sum)
    {
        using var scope = NewDisposeScope();
        int[] one = [.. Enumerable.Repeat(1, ranks)];
        var all = Room(ref _largest, ScalarType.Float32, ranks);
        using var largest = Slices.Pieces(sum.numel(), grain).Select(piece => Largest(sum.narrow(0, piece.From, piece.Length)))
            .Aggregate(MathF.Max).ToScalar();
        all.narrow(0, rank, 1).fill_(largest);
        call(RankCall.Gather, sizeof(float), () => mover.AllGather(all, one, Slices.Places(one)));
        return Largest(all);
    }

    // what is not a number is the largest
    private static float Largest(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var (least, most) = (tensor.min().item<float>(), tensor.max().item<float>());
        return float.IsNaN(least) ? least : Math.Max(-least, most);
    }

    private Tensor Room(ref Tensor? kept, ScalarType type, long count)
    {
        if (kept is null || kept.dtype != type || kept.numel() < count)
        {
            kept?.Dispose();
            kept = empty(count, type, new Device(mover.Place)).DetachFromDisposeScope();
        }
        return kept.narrow(0, 0, count);
    }

    private void InPlace(Tensor tensor, bool writesBack, Action<Tensor> work)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        if (tensor.device_type == mover.Place)
        {
            work(tensor.view(-1));
            return;
        }
        var copy = tensor.to(new Device(mover.Place));
        work(copy.view(-1));
        if (writesBack)
            tensor.copy_(copy);
    }
}
