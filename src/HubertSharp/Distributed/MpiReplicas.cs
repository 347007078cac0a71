using System.Globalization;
using System.Text;
using HubertSharp.Distributed.Nccl;
using HubertSharp.Distributed.Sums;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Distributed;

/// <summary>
/// Processes that an MPI library joins. It moves what lies in host memory; tensors of GPUs are moved by NCCL, which MPI introduces them to,
/// or through host memory where a rank has none.
/// </summary>
internal sealed unsafe class MpiReplicas : Replicas
{
    /// <summary>The folder of the ranks' reports within a run folder.</summary>
    public const string FolderName = "ranks";

    private readonly MpiLibrary _mpi;
    private readonly RankWatch _watch;
    private readonly IReadOnlyList<RankPeer> _peers;
    private readonly int _piece; // numbers that travel together
    private readonly WireFormat _wire;
    private readonly GradientSums _sums;
    private readonly ByteGather _gather;
    private readonly bool _overlaps, _inOrder;
    private readonly Action<string> _speak;
    private float[] _received = [];
    private GradientSums? _deviceSums, _besideSums;
    private NcclCommunicator? _nccl;
    private bool _left;

    private MpiReplicas(
        MpiLibrary mpi, LaunchedWorld world, RankWatch watch, string folder, DistributedTrainingConfig config, Action<string> speak)
        : base(mpi.Rank, mpi.Count)
    {
        (_mpi, _watch, _speak) = (mpi, watch, speak);
        (_piece, _wire, _inOrder) = (Slices.Piece(config.BucketCapMb), WireFormat.Of(config), config.Reproducible);
        _sums = Sums(new MpiMover(mpi, beside: false));
        _gather = new ByteGather(GatherOfLengths, Count);
        var own = RankPeer.Own(Rank);
        var job = Random.Shared.NextInt64(1, long.MaxValue);
        if (Writes)
            CommonFolder.Mark(folder, job);
        var build = typeof(MpiReplicas).Module.ModuleVersionId;
        string[][] all = [.. Gather(Encoding.UTF8.GetBytes(
            $"{build}\t{own.Host}\t{own.Process}\t{own.Space}\t{job}\t{watch.Address}"))
            .Select(bytes => Encoding.UTF8.GetString(bytes).Split('\t'))];
        CheckPrograms(all);
        _peers = [.. all.Select((fields, rank) =>
            new RankPeer(rank, fields[1], fields[3], int.Parse(fields[2], CultureInfo.InvariantCulture)))];
        job = long.Parse(all[0][4], CultureInfo.InvariantCulture);
        CommonFolder.Check(this, folder, job, CommonFolder.Patience);
        watch.Know(_peers, [.. all.Select(fields => fields[5])], job);
        watch.Doing("prepares the run", 0);
        var hosts = _peers.Select(peer => peer.Host).Distinct().Count();
        _overlaps = config.Overlap == DistributedTrainingConfig.Always || (config.Overlap == DistributedTrainingConfig.Auto && hosts > 1);
        Description = $"{Count} processes on {string.Join(", ", _peers.GroupBy(p => p.Host).Select(h => $"{h.Key} ({h.Count()})"))}, "
            + $"joined by {mpi.Version}; their places come from {world.Source}";
    }

    /// <inheritdoc/>
    public override string? Description { get; }

    /// <summary>Joins the other processes that a launcher started; <see cref="Replicas.Alone"/>, without any MPI, where there are none.
    /// Once in a process.</summary>
    /// <param name="world">What the launcher said.</param>
    /// <param name="config">Limits and sizes.</param>
    /// <param name="runFolder">The same for all of them.</param>
    /// <param name="speak">Told the last words of a job that loses a rank.</param>
    /// <exception cref="Runs.UserException">No MPI library, or not that of the launcher.</exception>
    public static Replicas Join(LaunchedWorld? world, DistributedTrainingConfig config, string runFolder, Action<string> speak)
    {
        if (world is null)
            return Alone;
        var mpi = MpiLibrary.Load(world, Environment.GetEnvironmentVariable(MpiLibrary.Variable));
        if (world.Rank == 0 && world.Doubt(mpi.Version, Environment.GetEnvironmentVariable) is { } doubt)
            speak(doubt);
        var folder = Path.Combine(Path.GetFullPath(runFolder), FolderName);
        try
        {
            DiskSync.CreateFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(folder, e);
        }
        var watch = new RankWatch(folder, world.Rank, world.Count, WatchLimits.Of(config), speak);
        watch.Call(RankCall.Join, 0, () => mpi.Begin(world));
        return new MpiReplicas(mpi, world, watch, folder, config, speak);
    }

    /// <inheritdoc/>
    public override TimeSpan Waited => _watch.Waited;

    /// <inheritdoc/>
    public override string HostOf(int rank) => _peers[rank].Host;

    /// <inheritdoc/>
    public override void Sum(Tensor tensor) => SumsOf(tensor).Sum(tensor);

    /// <inheritdoc/>
    public override void SumGradients(Tensor tensor) => SumsOf(tensor).SumGradients(tensor);

    /// <inheritdoc/>
    public override LayerSums? Beside(Tensor gradients, IReadOnlyList<(long From, long Length)> layers, bool paired) =>
        _overlaps && WhyAfter(gradients, layers.Count) is null
            ? new LayerSums(gradients, layers, paired ? BesideSums().SumPaired : BesideSums().SumGradients,
                join => _watch.Call(RankCall.Sum, layers.Sum(layer => layer.Length) * _wire.Bytes, join))
            : null;

    /// <inheritdoc/>
    public override string? WhenSummed(Tensor gradients, int layers) => !_overlaps ? null
        : WhyAfter(gradients, layers) is { } why ? $"after the backward pass, not beside it: {why}"
        : "piece by piece, beside the backward pass that completes them, and the rest in one piece after it";

    /// <inheritdoc/>
    public override byte[][] Gather(byte[] mine)
    {
        byte[][] parts = [];
        _watch.Call(RankCall.Gather, mine.Length, () => parts = _gather.Of(mine));
        return parts;
    }

    private byte[][] GatherOfLengths(byte[] mine, int[] lengths)
    {
        var places = Slices.Places(lengths);
        var all = _mpi.AllGather(mine, lengths, places);
        return [.. lengths.Select((length, rank) => all[places[rank]..(places[rank] + length)])];
    }

    /// <inheritdoc/>
    public override float[][] ToFirst(float[] mine)
    {
        int[] counts = [];
        _watch.Call(RankCall.ToFirst, 0, () => counts = _mpi.AllGather(mine.Length));
        float[][] all = Writes ? [.. counts.Select(count => new float[count])] : [];
        var piece = Math.Max(1, _piece / Count);
        for (var from = 0; from < counts.Max(); from += piece)
        {
            int[] parts = [.. counts.Select(count => Math.Clamp(count - from, 0, piece))];
            var sent = new int[Count];
            sent[0] = parts[Rank];
            var received = Writes ? parts : new int[Count];
            if (_received.Length < received.Sum())
                _received = new float[received.Sum()];
            fixed (float* place = _received)
            fixed (float* values = mine)
            {
                var to = place;
                var source = values + (sent[0] > 0 ? from : 0);
                _watch.Call(RankCall.ToFirst, (long)sent[0] * sizeof(float),
                    () => _mpi.AllToAll(source, sent, new int[Count], to, received, Slices.Places(received), beside: false));
            }
            for (var rank = 0; rank < all.Length; rank++)
                _received.AsSpan(Slices.Places(received)[rank], received[rank]).CopyTo(all[rank].AsSpan(Math.Min(from, counts[rank])));
        }
        return all;
    }

    /// <inheritdoc/>
    public override void SumPaired(Tensor tensor) => SumsOf(tensor).SumPaired(tensor);

    /// <inheritdoc/>
    public override long SliceOf(long numbers) => _sums.SliceOf(numbers);

    /// <inheritdoc/>
    public override void Slice(Tensor mine, Tensor[] given) => SumsOf(mine).Slice(mine, given);

    /// <inheritdoc/>
    public override void Spread(Tensor own, Tensor total) => SumsOf(total).Spread(own, total);

    /// <inheritdoc/>
    public override void Doing(string what, long update) => _watch.Doing(what, update);

    /// <inheritdoc/>
    public override void Leave()
    {
        _left = true;
        _nccl?.Leave();
        _watch.End(RankReport.Done);
        _mpi.Barrier();
        _mpi.End();
    }

    /// <summary>Without <see cref="Leave"/> it is a fault that ends this process, which tells of it itself.</summary>
    public override void Dispose()
    {
        if (!_left)
        {
            _nccl?.Abort();
            _watch.End(RankReport.Failed);
        }
        _deviceSums?.Dispose();
        _besideSums?.Dispose();
        _sums.Dispose();
        _watch.Dispose();
        base.Dispose();
    }

    // before anything else: programs of other builds may say other things to each other
    private static void CheckPrograms(string[][] all)
    {
        var common = all.GroupBy(fields => fields[0], StringComparer.Ordinal).MaxBy(same => same.Count())!.Key;
        var other = all.Index().FirstOrDefault(one => one.Item[0] != common);
        if (other.Item is { } odd)
            throw DistributedFaults.Differs("the program", $"rank {other.Index} on {odd.ElementAtOrDefault(1)}", $"build {common}",
                $"build {odd[0]}", "start all of them with the same program");
    }

    private GradientSums SumsOf(Tensor tensor) =>
        tensor.device_type == DeviceType.CUDA ? _deviceSums ??= JoinDevices() ?? _sums : _sums;

    private string? WhyAfter(Tensor gradients, int layers) =>
        !_mpi.IsSerialized ? $"{_mpi.Version} lets one thread alone call it"
        : _inOrder && !MicroBatchTree.HasBranches(Count)
            ? $"distributed_training.reproducible adds up each micro-batch's in turn among {Count} processes"
        : gradients.device_type != DeviceType.CPU ? "they lie on a GPU"
        : layers == 0 ? "none of them is complete before the pass ends"
        : null;

    // as few numbers at a time as torch needs no more threads for: they would take the cores from the backward pass
    private GradientSums BesideSums() => _besideSums ??= new GradientSums(Rank, Count, new MpiMover(_mpi, beside: true), _piece, _wire,
        (_, _, call) => call(), GradientSums.GrainOfOneThread);

    private GradientSums? JoinDevices()
    {
        var named = Environment.GetEnvironmentVariable(NcclCalls.Variable);
        var calls = NcclCalls.TryLoad(named, out var missing);
        _nccl = NcclMeeting.Join(this, calls, missing, named, join => _watch.Call(RankCall.Join, 0, join), _speak);
        if (_nccl is null)
            return null;
        _watch.BeforeExit = _nccl.Abort;
        return Sums(new NcclMover(_nccl, DeviceType.CUDA));
    }

    private GradientSums Sums(ITensorMover mover) => new(Rank, Count, mover, _piece, _wire, _watch.Call);
}
