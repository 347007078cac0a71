using System.Runtime.InteropServices;
using System.Text;

namespace HubertSharp.Distributed.Nccl;

/// <summary>The functions of NCCL that this program calls, and one of the driver, which says whether a stream is done.</summary>
internal sealed unsafe class NcclCalls
{
    /// <summary>Names the library where the loader does not find it, or finds the wrong one.</summary>
    public const string Variable = "HUBERTSHARP_NCCL";

    private const string Library = "libnccl.so.2", Driver = "libcuda.so.1", StreamQueryName = "cuStreamQuery";

    // nccl.h
    public required delegate* unmanaged[Cdecl]<int*, int> GetVersion { get; init; }

    public required delegate* unmanaged[Cdecl]<NcclId*, int> GetUniqueId { get; init; }

    public required delegate* unmanaged[Cdecl]<nint*, int, NcclId, int, int> CommInitRank { get; init; }

    public required delegate* unmanaged[Cdecl]<nint, int> CommDestroy { get; init; }

    public required delegate* unmanaged[Cdecl]<nint, int> CommAbort { get; init; }

    public required delegate* unmanaged[Cdecl]<nint, int*, int> CommGetAsyncError { get; init; }

    public required delegate* unmanaged[Cdecl]<int, byte*> GetErrorString { get; init; }

    /// <summary>From, to, numbers, type, operation, communicator, stream.</summary>
    public required delegate* unmanaged[Cdecl]<void*, void*, nuint, int, int, nint, nint, int> AllReduce { get; init; }

    /// <summary>From, to, numbers, type, root, communicator, stream.</summary>
    public required delegate* unmanaged[Cdecl]<void*, void*, nuint, int, int, nint, nint, int> Broadcast { get; init; }

    /// <summary>From, numbers, type, peer, communicator, stream.</summary>
    public required delegate* unmanaged[Cdecl]<void*, nuint, int, int, nint, nint, int> Send { get; init; }

    /// <summary>To, numbers, type, peer, communicator, stream.</summary>
    public required delegate* unmanaged[Cdecl]<void*, nuint, int, int, nint, nint, int> Receive { get; init; }

    public required delegate* unmanaged[Cdecl]<int> GroupStart { get; init; }

    public required delegate* unmanaged[Cdecl]<int> GroupEnd { get; init; }

    /// <summary>cuda.h: 0 when everything of a stream is done, 600 before.</summary>
    public required delegate* unmanaged[Cdecl]<nint, int> StreamQuery { get; init; }

    /// <summary>Every function by the library's name for it.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "ncclGetVersion", "ncclGetUniqueId", "ncclCommInitRank", "ncclCommDestroy", "ncclCommAbort", "ncclCommGetAsyncError",
        "ncclGetErrorString", "ncclAllReduce", "ncclBroadcast", "ncclSend", "ncclRecv", "ncclGroupStart", "ncclGroupEnd",
    ];

    /// <summary>Loads the library.</summary>
    /// <param name="named">A library by name, which is the only one that is tried; null for the one that is known.</param>
    /// <param name="missing">What is not there; null when all of it is.</param>
    public static NcclCalls? TryLoad(string? named, out string? missing)
    {
        var name = named is { Length: > 0 } ? named : Library;
        if (!NativeLibrary.TryLoad(name, out var library))
        {
            missing = $"no {name}";
            return null;
        }
        if (Names.FirstOrDefault(symbol => !NativeLibrary.TryGetExport(library, symbol, out _)) is { } absent)
        {
            missing = $"no {absent} in {name}";
            return null;
        }
        if (!NativeLibrary.TryLoad(Driver, out var driver) || !NativeLibrary.TryGetExport(driver, StreamQueryName, out var streamQuery))
        {
            missing = $"no {StreamQueryName} in {Driver}";
            return null;
        }
        missing = null;
        return Of(symbol => NativeLibrary.GetExport(library, symbol), streamQuery);
    }

    /// <summary>The functions where a library has them.</summary>
    internal static NcclCalls Of(Func<string, nint> place, nint streamQuery) => new()
    {
        GetVersion = (delegate* unmanaged[Cdecl]<int*, int>)place("ncclGetVersion"),
        GetUniqueId = (delegate* unmanaged[Cdecl]<NcclId*, int>)place("ncclGetUniqueId"),
        CommInitRank = (delegate* unmanaged[Cdecl]<nint*, int, NcclId, int, int>)place("ncclCommInitRank"),
        CommDestroy = (delegate* unmanaged[Cdecl]<nint, int>)place("ncclCommDestroy"),
        CommAbort = (delegate* unmanaged[Cdecl]<nint, int>)place("ncclCommAbort"),
        CommGetAsyncError = (delegate* unmanaged[Cdecl]<nint, int*, int>)place("ncclCommGetAsyncError"),
        GetErrorString = (delegate* unmanaged[Cdecl]<int, byte*>)place("ncclGetErrorString"),
        AllReduce = (delegate* unmanaged[Cdecl]<void*, void*, nuint, int, int, nint, nint, int>)place("ncclAllReduce"),
        Broadcast = (delegate* unmanaged[Cdecl]<void*, void*, nuint, int, int, nint, nint, int>)place("ncclBroadcast"),
        Send = (delegate* unmanaged[Cdecl]<void*, nuint, int, int, nint, nint, int>)place("ncclSend"),
        Receive = (delegate* unmanaged[Cdecl]<void*, nuint, int, int, nint, nint, int>)place("ncclRecv"),
        GroupStart = (delegate* unmanaged[Cdecl]<int>)place("ncclGroupStart"),
        GroupEnd = (delegate* unmanaged[Cdecl]<int>)place("ncclGroupEnd"),
        StreamQuery = (delegate* unmanaged[Cdecl]<nint, int>)streamQuery,
    };

    /// <summary>Its number: 22005 for 2.20.5, 2708 for 2.7.8 (the rule changed with 2.9); 0 where it does not say.</summary>
    public int Version()
    {
        int version;
        return GetVersion(&version) == 0 ? version : 0;
    }

    /// <summary>What a code means.</summary>
    public string Explain(int code)
    {
        const int Longest = 300;
        var text = GetErrorString(code);
        var length = 0;
        while (text is not null && length < Longest && text[length] != 0)
            length++;
        return length == 0 ? $"error {code}" : Encoding.UTF8.GetString(text, length);
    }
}
