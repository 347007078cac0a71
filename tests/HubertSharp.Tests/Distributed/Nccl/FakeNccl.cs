using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HubertSharp.Distributed.Nccl;

namespace HubertSharp.Tests.Distributed.Nccl;

/// <summary>
/// NCCL as its manual has it, for ranks that are threads and tensors of host memory: what is called through the pointers that a library
/// would give. Each rank is one thread, which also says what goes wrong there.
/// </summary>
internal static unsafe class FakeNccl
{
    private const int InvalidUsage = 5, InternalError = 3;

    private static readonly ConcurrentDictionary<nint, Member> s_members = new();
    private static readonly ConcurrentDictionary<string, World> s_worlds = new();
    private static readonly byte* s_text = (byte*)Marshal.StringToCoTaskMemUTF8("remote process exited");
    private static int s_handles;

    [ThreadStatic]
    private static Trouble? t_trouble;

    [ThreadStatic]
    private static List<Operation>? t_group;

    [ThreadStatic]
    private static Member? t_member; // the one that joined last

    [ThreadStatic]
    private static bool t_refused; // something of this group

    /// <summary>The functions, where a library would have them.</summary>
    public static NcclCalls Calls { get; } = new()
    {
        GetVersion = &GetVersion,
        GetUniqueId = &GetUniqueId,
        CommInitRank = &CommInitRank,
        CommDestroy = &CommDestroy,
        CommAbort = &CommAbort,
        CommGetAsyncError = &CommGetAsyncError,
        GetErrorString = &GetErrorString,
        AllReduce = &AllReduce,
        Broadcast = &Broadcast,
        Send = &Send,
        Receive = &Receive,
        GroupStart = &GroupStart,
        GroupEnd = &GroupEnd,
        StreamQuery = &StreamQuery,
    };

    /// <summary>Of this thread.</summary>
    public static Trouble Here => t_trouble ??= new Trouble();

    /// <summary>How often a communicator was destroyed and aborted.</summary>
    public static (int Destroyed, int Aborted) EndOf(nint comm) => (s_members[comm].Destroyed, s_members[comm].Aborted);

    /// <summary>What goes wrong in a thread.</summary>
    internal sealed class Trouble
    {
        public int Version { get; set; } = 22005;

        /// <summary>What the next call returns that puts work on a stream.</summary>
        public int Refusal { get; set; }

        /// <summary>What became of the work meanwhile.</summary>
        public int AsyncError { get; set; }

        /// <summary>How often the stream is not ready yet.</summary>
        public int Unready { get; set; }

        /// <summary>What the stream says when it is ready.</summary>
        public int StreamStatus { get; set; }

        /// <summary>Called at each look at the stream.</summary>
        public Action? Looked { get; set; }

        public int GroupsBegun { get; set; }

        public int GroupsEnded { get; set; }
    }

    /// <summary>One rank of a world.</summary>
    private sealed record Member(World World, int Rank)
    {
        public int Destroyed, Aborted;
    }

    private sealed class World(int count)
    {
        private readonly Lock _lock = new();
        private readonly List<Operation>[] _brought = new List<Operation>[count];
        private int _come, _meeting;

        public int Count { get; } = count;

        public void Meet()
        {
            int meeting;
            lock (_lock)
            {
                meeting = _meeting;
                if (++_come == Count)
                    (_come, _meeting) = (0, meeting + 1);
            }
            if (!SpinWait.SpinUntil(() => Volatile.Read(ref _meeting) != meeting, Patience.Long))
                throw new TimeoutException("another rank has gone");
        }

        /// <summary>All bring what they want done, read what it needs of the others, and write only when all have read.</summary>
        public void Do(int rank, List<Operation> mine)
        {
            _brought[rank] = mine;
            Meet();
            var written = mine.Where(operation => operation.To != 0).Select(operation => (operation, Bytes: operation.Kind switch
            {
                Kind.Reduce => Reduced(mine.IndexOf(operation)),
                Kind.Broadcast => _brought[operation.Peer][mine.IndexOf(operation)].Read(),
                _ => Sent(rank, operation, mine).Read(),
            })).ToArray();
            Meet();
            foreach (var (operation, bytes) in written)
                Marshal.Copy(bytes, 0, operation.To, bytes.Length);
            Meet();
        }

        private byte[] Reduced(int index)
        {
            var sums = new float[(int)_brought[0][index].Count];
            foreach (var other in _brought)
            {
                var values = MemoryMarshal.Cast<byte, float>(other[index].Read());
                for (var i = 0; i < sums.Length; i++)
                    sums[i] += values[i];
            }
            return MemoryMarshal.AsBytes<float>(sums).ToArray();
        }

        private Operation Sent(int rank, Operation received, List<Operation> mine)
        {
            var turn = mine.Where(o => o.Kind == Kind.Receive && o.Peer == received.Peer).ToList().IndexOf(received);
            var sent = _brought[received.Peer].Where(o => o.Kind == Kind.Send && o.Peer == rank).ElementAt(turn);
            return sent.Bytes == received.Bytes ? sent : throw new InvalidOperationException("another size was sent");
        }
    }

    private enum Kind
    {
        Reduce,
        Broadcast,
        Send,
        Receive,
    }

    private sealed record Operation(Kind Kind, nint From, nint To, nuint Count, int Type, int Peer)
    {
        public int Bytes => (int)Count * (Type == 7 ? 4 : 2);

        public byte[] Read() => new ReadOnlySpan<byte>((void*)From, Bytes).ToArray();
    }

    private static int Put(nint comm, Operation operation)
    {
        if (Here.Refusal is not 0 and var refusal)
        {
            Here.Refusal = 0;
            t_refused = true;
            return refusal;
        }
        if (!s_members.TryGetValue(comm, out var member) || member.Destroyed + member.Aborted > 0)
            return InvalidUsage;
        if (t_group is null)
            return Do(member, [operation]);
        t_group.Add(operation);
        return 0;
    }

    private static int Do(Member member, List<Operation> operations)
    {
        try
        {
            member.World.Do(member.Rank, operations);
            return 0;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or ArgumentException)
        {
            return InternalError;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetVersion(int* version)
    {
        *version = Here.Version;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetUniqueId(NcclId* id)
    {
        var bytes = new byte[NcclId.Bytes];
        Random.Shared.NextBytes(bytes);
        *id = NcclId.Of(bytes);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CommInitRank(nint* comm, int count, NcclId id, int rank)
    {
        var world = s_worlds.GetOrAdd(Convert.ToHexString(id.ToArray()), _ => new World(count));
        if (world.Count != count || rank < 0 || rank >= count)
            return InvalidUsage;
        *comm = Interlocked.Increment(ref s_handles);
        s_members[*comm] = t_member = new Member(world, rank);
        world.Meet();
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CommDestroy(nint comm)
    {
        Interlocked.Increment(ref s_members[comm].Destroyed);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CommAbort(nint comm)
    {
        Interlocked.Increment(ref s_members[comm].Aborted);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CommGetAsyncError(nint comm, int* error)
    {
        *error = Here.AsyncError;
        if (Here.AsyncError == NcclCommunicator.InProgress)
            Here.AsyncError = 0;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetErrorString(int code) => code == 6 ? s_text : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int AllReduce(void* from, void* to, nuint count, int type, int operation, nint comm, nint stream) =>
        type == 7 && operation == 0 && stream == 0
            ? Put(comm, new Operation(Kind.Reduce, (nint)from, (nint)to, count, type, 0))
            : InvalidUsage;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Broadcast(void* from, void* to, nuint count, int type, int root, nint comm, nint stream) =>
        Put(comm, new Operation(Kind.Broadcast, (nint)from, (nint)to, count, type, root));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Send(void* from, nuint count, int type, int peer, nint comm, nint stream) =>
        Put(comm, new Operation(Kind.Send, (nint)from, 0, count, type, peer));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Receive(void* to, nuint count, int type, int peer, nint comm, nint stream) =>
        Put(comm, new Operation(Kind.Receive, 0, (nint)to, count, type, peer));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GroupStart()
    {
        Here.GroupsBegun++;
        t_group = [];
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GroupEnd()
    {
        Here.GroupsEnded++;
        var (operations, refused) = (t_group, t_refused);
        (t_group, t_refused) = (null, false);
        // a rank with nothing to send or to receive meets the others, too
        return operations is null ? InvalidUsage : refused || t_member is null ? 0 : Do(t_member, operations);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int StreamQuery(nint stream)
    {
        Here.Looked?.Invoke();
        return Here.Unready-- > 0 ? NcclCommunicator.NotReady : Here.StreamStatus;
    }
}
