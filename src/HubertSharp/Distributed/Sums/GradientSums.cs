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

    /// <inheritdoc cref="Replicas.AddInOrder"/>
    public void AddInOrder(Tensor total, Tensor mine, int holders) => InPlace(total, writesBack: true, sum => InPlace(mine, false, values =>
    {
        foreach (var (from, length) in Slices.Pieces(sum.numel(), piece))
        {
            using var scope = NewDisposeScope();
            var slices = Slices.Of(length, ranks);
            var (own, places) = (slices[rank], Slices.Places(slices));
            int[] received = [.. Enumerable.Range(0, ranks).Select(other => other < holders ? own : 0)];
            int[] sent = rank < holders ? slices : new int[ranks];
            var parts = Room(ref _received, ScalarType.Float32, (long)own * holders);
            var given = values.narrow(0, from, length);
            call(RankCall.OrderedSum, (long)length * sizeof(float),
                () => mover.AllToAll(given, sent, places, parts, received, Slices.Places(received)));
            var slice = sum.narrow(0, from + places[rank], own);
            for (var holder = 0; holder < holders; holder++)
                slice.add_(parts.narrow(0, (long)holder * own, own), Scalars.One);
        }
    }));

    /// <inheritdoc cref="Replicas.Complete"/>
    public void Complete(Tensor total) => InPlace(total, writesBack: true, whole =>
    {
        foreach (var (from, length) in Slices.Pieces(whole.numel(), piece))
        {
            using var scope = NewDisposeScope();
            var part = whole.narrow(0, from, length);
            var slices = Slices.Of(length, ranks);
            call(RankCall.HandOut, (long)length * sizeof(float), () => mover.AllGather(part, slices, Slices.Places(slices)));
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
