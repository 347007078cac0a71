using System.Globalization;
using System.Numerics;
using System.Text;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Files;
using HubertSharp.Tensors.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Distributed;

/// <summary>Processes that an MPI library joins. Tensors of a GPU travel through host memory.</summary>
internal sealed unsafe class MpiReplicas : Replicas
{
    /// <summary>The folder of the ranks' reports within a run folder.</summary>
    public const string FolderName = "ranks";

    private readonly MpiLibrary _mpi;
    private readonly RankWatch _watch;
    private readonly IReadOnlyList<RankPeer> _peers;
    private readonly int _piece; // numbers that travel together
    private float[] _received = [];
    private bool _left;

    private MpiReplicas(MpiLibrary mpi, LaunchedWorld world, RankWatch watch, int piece)
        : base(mpi.Rank, mpi.Count)
    {
        (_mpi, _watch, _piece) = (mpi, watch, piece);
        var own = RankPeer.Own(Rank);
        var job = Random.Shared.NextInt64(1, long.MaxValue);
        var build = typeof(MpiReplicas).Module.ModuleVersionId;
        string[][] all = [.. Gather(Encoding.UTF8.GetBytes(
            $"{build}\t{own.Host}\t{own.Process}\t{own.Space}\t{job}\t{watch.Address}"))
            .Select(bytes => Encoding.UTF8.GetString(bytes).Split('\t'))];
        CheckPrograms(all);
        _peers = [.. all.Select((fields, rank) =>
            new RankPeer(rank, fields[1], fields[3], int.Parse(fields[2], CultureInfo.InvariantCulture)))];
        watch.Know(_peers, [.. all.Select(fields => fields[5])], long.Parse(all[0][4], CultureInfo.InvariantCulture));
        watch.Doing("prepares the run", 0);
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
        return new MpiReplicas(mpi, world, watch, (int)Math.Min(int.MaxValue / 2, (long)config.BucketCapMb << 18));
    }

    /// <inheritdoc/>
    public override TimeSpan Waited => _watch.Waited;

    /// <inheritdoc/>
    public override string HostOf(int rank) => _peers[rank].Host;

    /// <inheritdoc/>
    public override void Sum(Tensor tensor) => OnHost(tensor, host =>
    {
        var values = TensorPointer.Singles(host);
        for (var from = 0L; from < host.numel(); from += _piece)
        {
            var place = values + from;
            var count = (int)Math.Min(_piece, host.numel() - from);
            _watch.Call(RankCall.Sum, (long)count * sizeof(float), () => _mpi.AllReduce(place, count));
        }
    });

    /// <inheritdoc/>
    public override byte[][] Gather(byte[] mine)
    {
        byte[][] parts = [];
        _watch.Call(RankCall.Gather, mine.Length, () =>
        {
            var counts = _mpi.AllGather(mine.Length);
            var places = Places(counts);
            var all = _mpi.AllGather(mine, counts, places);
            parts = [.. counts.Select((count, rank) => all[places[rank]..(places[rank] + count)])];
        });
        return parts;
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
                    () => _mpi.AllToAll(source, sent, new int[Count], to, received, Places(received)));
            }
            for (var rank = 0; rank < all.Length; rank++)
                _received.AsSpan(Places(received)[rank], received[rank]).CopyTo(all[rank].AsSpan(Math.Min(from, counts[rank])));
        }
        return all;
    }

    /// <inheritdoc/>
    public override void AddInOrder(Tensor total, Tensor mine, int holders) => OnHost(total, sum => OnHost(mine, host =>
    {
        var sums = TensorPointer.Singles(sum);
        var values = TensorPointer.Singles(host);
        for (var from = 0L; from < sum.numel(); from += _piece)
        {
            var slices = Slices((int)Math.Min(_piece, sum.numel() - from));
            var own = slices[Rank];
            int[] received = [.. Enumerable.Range(0, Count).Select(rank => rank < holders ? own : 0)];
            int[] sent = Rank < holders ? slices : new int[Count];
            if (_received.Length < own * holders)
                _received = new float[own * holders];
            fixed (float* place = _received)
            {
                var to = place;
                var source = values + from;
                _watch.Call(RankCall.OrderedSum, (long)slices.Sum() * sizeof(float),
                    () => _mpi.AllToAll(source, sent, Places(slices), to, received, Places(received)));
                var slice = new Span<float>(sums + from + Places(slices)[Rank], own);
                for (var holder = 0; holder < holders; holder++)
                    Add(slice, new ReadOnlySpan<float>(place + (holder * own), own));
            }
        }
    }, writesBack: false));

    /// <inheritdoc/>
    public override void Complete(Tensor total) => OnHost(total, host =>
    {
        var values = TensorPointer.Singles(host);
        for (var from = 0L; from < host.numel(); from += _piece)
        {
            var place = values + from;
            var slices = Slices((int)Math.Min(_piece, host.numel() - from));
            _watch.Call(RankCall.HandOut, (long)slices.Sum() * sizeof(float), () => _mpi.AllGather(place, slices, Places(slices)));
        }
    });

    /// <inheritdoc/>
    public override void Doing(string what, long update) => _watch.Doing(what, update);

    /// <inheritdoc/>
    public override void Leave()
    {
        _left = true;
        _watch.End(RankReport.Done);
        _mpi.Barrier();
        _mpi.End();
    }

    /// <summary>Without <see cref="Leave"/> it is a fault that ends this process, which tells of it itself.</summary>
    public override void Dispose()
    {
        if (!_left)
            _watch.End(RankReport.Failed);
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

    // each rank sums its part of a piece
    private int[] Slices(int length) =>
        [.. Enumerable.Range(0, Count).Select(rank => (int)(((long)length * (rank + 1) / Count) - ((long)length * rank / Count)))];

    private static int[] Places(int[] counts)
    {
        var places = new int[counts.Length];
        for (var i = 1; i < places.Length; i++)
            places[i] = places[i - 1] + counts[i - 1];
        return places;
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> values)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + new Vector<float>(values[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += values[i];
    }

    private static void OnHost(Tensor tensor, Action<Tensor> work, bool writesBack = true)
    {
        if (tensor.device_type == DeviceType.CPU)
        {
            work(tensor);
            return;
        }
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var host = tensor.cpu();
        work(host);
        if (writesBack)
            tensor.copy_(host);
    }
}
