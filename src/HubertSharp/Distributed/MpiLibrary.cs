using System.Runtime.InteropServices;
using System.Text;

namespace HubertSharp.Distributed;

/// <summary>
/// The calls of an MPI library that this program makes. MPI wants them from one thread at a time.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Names the library where the loader does not find it, or finds the wrong one.</summary>
    public const string Variable = "HUBERTSHARP_MPI";

    /// <summary>Looked for before anything is called.</summary>
    private static readonly string[] s_calls =
    [
        "MPI_Init_thread", "MPI_Finalize", "MPI_Comm_rank", "MPI_Comm_size", "MPI_Barrier", "MPI_Allreduce", "MPI_Allgather",
        "MPI_Allgatherv", "MPI_Alltoallv", "MPI_Iallreduce", "MPI_Iallgatherv", "MPI_Ialltoallv", "MPI_Test",
        "MPI_Sendrecv", "MPI_Isend", "MPI_Irecv",
    ];

    private const int MostOfStatus = 256; // MPI_Status of the largest library is 40 bytes

    private const int Lazy = 0x1, Global = 0x100; // glibc, dlfcn.h

    private readonly MpiHandles _handles;
    private readonly delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int> _initThread;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _commRank, _commSize;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _barrier;
    private readonly delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, nint*, int> _beginAllReduce;
    private readonly delegate* unmanaged[Cdecl]<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, void*, int, nint, int, int, nint, void*, int> _sendReceive;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int> _beginSend, _beginReceive;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int> _allGather;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, int> _allGatherV;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> _beginAllGatherV;
    private readonly delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> _allToAllV;
    private readonly delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> _beginAllToAllV;

    private MpiLibrary(nint library, string version, MpiHandles handles)
    {
        (Version, _handles) = (version, handles);
        nint Call(string name) => NativeLibrary.GetExport(library, name);
        _initThread = (delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int>)Call("MPI_Init_thread");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Call("MPI_Finalize");
        _commRank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Call("MPI_Comm_rank");
        _commSize = (delegate* unmanaged[Cdecl]<nint, int*, int>)Call("MPI_Comm_size");
        _barrier = (delegate* unmanaged[Cdecl]<nint, int>)Call("MPI_Barrier");
        _allReduce = (delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, int>)Call("MPI_Allreduce");
        _beginAllReduce = (delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, nint*, int>)Call("MPI_Iallreduce");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, void*, int>)Call("MPI_Test");
        _sendReceive = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, void*, int, nint, int, int, nint, void*, int>)
            Call("MPI_Sendrecv");
        _beginSend = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Call("MPI_Isend");
        _beginReceive = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Call("MPI_Irecv");
        _allGather = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int>)Call("MPI_Allgather");
        _allGatherV = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, int>)Call("MPI_Allgatherv");
        _beginAllGatherV =
            (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Call("MPI_Iallgatherv");
        _allToAllV = (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Call("MPI_Alltoallv");
        _beginAllToAllV =
            (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Call("MPI_Ialltoallv");
    }

    /// <summary>Its name and number, in a line.</summary>
    public string Version { get; }

    public int Rank { get; private set; }

    public int Count { get; private set; }

    /// <summary>Whether threads may call one after the other.</summary>
    public bool IsSerialized { get; private set; }

    /// <summary>Loads the library that belongs to a launcher.</summary>
    /// <param name="world">What the launcher said.</param>
    /// <param name="named">A library by name, which is the only one that is tried; null for those that are known.</param>
    /// <exception cref="Runs.UserException">There is none, or none that is known.</exception>
    public static MpiLibrary Load(LaunchedWorld world, string? named)
    {
        string[] names = named is { Length: > 0 } ? [named] : Known(world.Launcher);
        foreach (var name in names)
        {
            if (!TryLoad(name, out var library))
                continue;
            var version = VersionOf(library);
            if (s_calls.FirstOrDefault(call => !NativeLibrary.TryGetExport(library, call, out _)) is { } absent)
                throw DistributedFaults.UnknownLibrary(name, $"no {absent}");
            return MpiHandles.Of(library, name, version) is { } handles
                ? new MpiLibrary(library, version, handles)
                : throw DistributedFaults.UnknownLibrary(name, version);
        }
        throw DistributedFaults.NoLibrary(world, names);
    }

    /// <summary>The libraries of the launcher first: one of another MPI would see a single process.</summary>
    private static string[] Known(LaunchedWorld.Kind launcher)
    {
        string[] openMpi = ["libmpi.so.40", "libmpi.so"];
        string[] mpich = ["libmpich.so.12", "libmpi.so.12"];
        return launcher switch
        {
            LaunchedWorld.Kind.OpenMpi => [.. openMpi, "libmpi_abi.so.0"],
            LaunchedWorld.Kind.Pmi => ["libmpi_abi.so.0", .. mpich, .. openMpi],
            _ => ["libmpi_abi.so.0", .. openMpi, .. mpich],
        };
    }

    /// <summary>Joins the others; call it once in a process.</summary>
    /// <exception cref="Runs.UserException">The library sees other processes than the launcher.</exception>
    public void Begin(LaunchedWorld world)
    {
        int provided, rank, count;
        Check(_initThread(null, null, _handles.Serialized, &provided), "MPI_Init_thread");
        Check(_commRank(_handles.World, &rank), "MPI_Comm_rank");
        Check(_commSize(_handles.World, &count), "MPI_Comm_size");
        if (count != world.Count || rank != world.Rank)
            throw DistributedFaults.OtherWorld(world, rank, count, Version);
        (Rank, Count, IsSerialized) = (rank, count, provided >= _handles.Serialized);
    }

    public void End() => Check(_finalize(), "MPI_Finalize");

    public void Barrier() => Check(_barrier(_handles.World), "MPI_Barrier");

    /// <summary>Sums over all processes, in place.</summary>
    /// <param name="values">Of this process, then the sums.</param>
    /// <param name="count">How many.</param>
    /// <param name="beside">With next to no work for a processor that others want: MPI's own waiting takes all of a core.</param>
    public void AllReduce(float* values, int count, bool beside)
    {
        nint request = 0; // as wide as any library's
        if (!beside)
            Check(_allReduce((void*)_handles.InPlace, values, count, _handles.Float, _handles.Sum, _handles.World), "MPI_Allreduce");
        else
            Await(_beginAllReduce((void*)_handles.InPlace, values, count, _handles.Float, _handles.Sum, _handles.World, &request),
                "MPI_Iallreduce", &request);
    }

    /// <summary>Sends another process numbers and takes those that it sends; <c>beside</c> as in <see cref="AllReduce"/>.</summary>
    public void Exchange(float* from, int sent, float* to, int received, int partner, bool beside)
    {
        var (type, world) = (_handles.Float, _handles.World);
        if (!beside)
        {
            var status = stackalloc byte[MostOfStatus];
            Check(_sendReceive(from, sent, type, partner, 0, to, received, type, partner, 0, world, status), "MPI_Sendrecv");
            return;
        }
        nint coming = 0, going = 0;
        Check(_beginReceive(to, received, type, partner, 0, world, &coming), "MPI_Irecv");
        Await(_beginSend(from, sent, type, partner, 0, world, &going), "MPI_Isend", &going);
        Await(0, "MPI_Irecv", &coming);
    }

    /// <summary>One number of each process.</summary>
    public int[] AllGather(int mine)
    {
        var all = new int[Count];
        fixed (int* place = all)
            Check(_allGather(&mine, 1, _handles.Int, place, 1, _handles.Int, _handles.World), "MPI_Allgather");
        return all;
    }

    /// <summary>Bytes of each process, one after the other.</summary>
    public byte[] AllGather(byte[] mine, int[] counts, int[] places)
    {
        var all = new byte[Math.Max(1, counts.Sum())];
        fixed (byte* from = mine.Length > 0 ? mine : [0])
        fixed (byte* to = all)
        fixed (int* sizes = counts)
        fixed (int* starts = places)
        {
            Check(_allGatherV(from, mine.Length, _handles.Byte, to, sizes, starts, _handles.Byte, _handles.World), "MPI_Allgatherv");
        }
        return all;
    }

    /// <summary>Each process's slice of a tensor goes to all, in place; <c>beside</c> as in <see cref="AllReduce"/>.</summary>
    public void AllGather(float* values, int[] counts, int[] places, bool beside) =>
        AllGather(values, _handles.Float, counts, places, beside);

    /// <summary>The same of bytes.</summary>
    public void AllGather(byte* values, int[] counts, int[] places, bool beside) =>
        AllGather(values, _handles.Byte, counts, places, beside);

    /// <summary>Every process sends every other its slice; <c>beside</c> as in <see cref="AllReduce"/>.</summary>
    public void AllToAll(float* from, int[] sent, int[] sentFrom, float* to, int[] received, int[] receivedAt, bool beside) =>
        AllToAll(from, sent, sentFrom, to, received, receivedAt, _handles.Float, beside);

    /// <summary>The same of bytes.</summary>
    public void AllToAll(byte* from, int[] sent, int[] sentFrom, byte* to, int[] received, int[] receivedAt, bool beside) =>
        AllToAll(from, sent, sentFrom, to, received, receivedAt, _handles.Byte, beside);

    private void AllGather(void* values, nint type, int[] counts, int[] places, bool beside)
    {
        nint request = 0;
        fixed (int* sizes = counts)
        fixed (int* starts = places)
        {
            if (!beside)
                Check(_allGatherV((void*)_handles.InPlace, 0, type, values, sizes, starts, type, _handles.World), "MPI_Allgatherv");
            else
                Await(_beginAllGatherV((void*)_handles.InPlace, 0, type, values, sizes, starts, type, _handles.World, &request),
                    "MPI_Iallgatherv", &request);
        }
    }

    private void AllToAll(
        void* from, int[] sent, int[] sentFrom, void* to, int[] received, int[] receivedAt, nint type, bool beside)
    {
        nint request = 0;
        fixed (int* sendCounts = sent)
        fixed (int* sendPlaces = sentFrom)
        fixed (int* counts = received)
        fixed (int* places = receivedAt)
        {
            if (!beside)
                Check(_allToAllV(from, sendCounts, sendPlaces, type, to, counts, places, type, _handles.World), "MPI_Alltoallv");
            else
                Await(_beginAllToAllV(from, sendCounts, sendPlaces, type, to, counts, places, type, _handles.World, &request),
                    "MPI_Ialltoallv", &request);
        }
    }

    // looks every millisecond, and leaves the core to others meanwhile
    private void Await(int begun, string call, nint* request)
    {
        Check(begun, call);
        var status = stackalloc byte[MostOfStatus];
        for (var done = 0; ; Thread.Sleep(1))
        {
            Check(_test(request, &done, status), "MPI_Test");
            if (done != 0)
                return;
        }
    }

    private static void Check(int code, string call)
    {
        if (code != 0)
            throw DistributedFaults.Failed(call, code);
    }

    // MPI libraries load parts of their own, which look for the library's names: all of them have to be global
    private static bool TryLoad(string name, out nint library)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                _ = Open(name, Lazy | Global);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl has it elsewhere; the next line says whether the library is there
        }
        return NativeLibrary.TryLoad(name, out library);
    }

    private static string VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "MPI_Get_library_version", out var export))
            return "no MPI_Get_library_version";
        var text = stackalloc byte[8192]; // MPI_MAX_LIBRARY_VERSION_STRING of the largest
        var length = 0;
        _ = ((delegate* unmanaged[Cdecl]<byte*, int*, int>)export)(text, &length);
        var whole = Encoding.UTF8.GetString(text, Math.Clamp(length, 0, 8191)).Split('\0')[0];
        return whole.ReplaceLineEndings("\n").Split('\n')[0].Split(',')[0].Trim();
    }

    [DllImport("libdl.so.2", EntryPoint = "dlopen", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint Open(string name, int flags);
}
