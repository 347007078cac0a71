namespace HubertSharp.Distributed.Nccl;

/// <summary>
/// One rank's end of NCCL. It is joined, and stays so until it leaves, is aborted, or a call has failed: nothing can be called after that.
/// A call only puts work on the GPU's stream, so whoever made one waits here for the stream, and hears what failed meanwhile. The thread
/// that looks after the other ranks may abort at any time: a kernel that waits for a rank that has died ends then.
/// </summary>
internal sealed unsafe class NcclCommunicator
{
    /// <summary>nccl.h: ncclSuccess and ncclInProgress; cuda.h: CUDA_ERROR_NOT_READY.</summary>
    public const int Success = 0, InProgress = 7, NotReady = 600;

    /// <summary>Torch's own, so that what is called comes after what computed the tensors.</summary>
    public const nint Stream = 0;

    private readonly NcclCalls _calls;
    private readonly string _who;
    private readonly nint _comm;
    private int _state = Joined;

    private const int Joined = 0, Aborted = 1, Left = 2;

    private NcclCommunicator(NcclCalls calls, string who, nint comm) => (_calls, _who, _comm) = (calls, who, comm);

    public NcclCalls Calls => _calls;

    /// <summary>What calls are given.</summary>
    public nint Handle => _comm;

    /// <summary>For the first rank, whose answer goes to all.</summary>
    /// <exception cref="Runs.UserException">NCCL has none.</exception>
    public static NcclId NewId(NcclCalls calls, string who)
    {
        NcclId id;
        Check(calls, calls.GetUniqueId(&id), "ncclGetUniqueId", who);
        return id;
    }

    /// <summary>Joins the others; returns when all have come.</summary>
    /// <param name="calls">The library.</param>
    /// <param name="id">Of the first rank.</param>
    /// <param name="rank">This one.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="who">This rank and its machine, for faults.</param>
    /// <exception cref="Runs.UserException">NCCL refuses.</exception>
    public static NcclCommunicator Join(NcclCalls calls, NcclId id, int rank, int count, string who)
    {
        nint comm = 0;
        Check(calls, calls.CommInitRank(&comm, count, id, rank), "ncclCommInitRank", who);
        return new NcclCommunicator(calls, who, comm);
    }

    /// <summary>Makes a call, or a group of them, and waits until the GPU has done it.</summary>
    /// <param name="name">For faults.</param>
    /// <param name="call">Returns NCCL's code.</param>
    /// <exception cref="Runs.UserException">It failed, here or on the way; the communicator is aborted then.</exception>
    public void Run(string name, Func<int> call)
    {
        if (Volatile.Read(ref _state) != Joined)
            throw Gone(name);
        var code = call();
        if (code is not (Success or InProgress))
            throw Failed(name, code);
        for (var wait = new SpinWait(); ; wait.SpinOnce(sleep1Threshold: -1))
        {
            if (Volatile.Read(ref _state) != Joined)
                throw Gone(name);
            int error;
            code = _calls.CommGetAsyncError(_comm, &error);
            if (code != Success || error is not (Success or InProgress))
                throw Failed(name, code != Success ? code : error);
            switch (_calls.StreamQuery(Stream))
            {
                case Success when error == Success:
                    return;
                case Success or NotReady:
                    break;
                case var status:
                    Abort();
                    throw DistributedFaults.NcclFailed(name, _who, $"CUDA error {status}");
            }
        }
    }

    /// <summary>A group of calls, of which the first that fails is the answer; a group that was begun is ended.</summary>
    public int Group(Func<int> calls)
    {
        var begun = _calls.GroupStart();
        if (begun != Success)
            return begun;
        var code = calls();
        var ended = _calls.GroupEnd();
        return code != Success ? code : ended;
    }

    /// <summary>Ends all that is under way, from any thread; a second time does nothing.</summary>
    public void Abort()
    {
        if (Interlocked.CompareExchange(ref _state, Aborted, Joined) == Joined)
            _ = _calls.CommAbort(_comm);
    }

    /// <summary>When all of them have come to their end.</summary>
    public void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Left, Joined) == Joined)
            _ = _calls.CommDestroy(_comm);
    }

    private Runs.UserException Failed(string name, int code)
    {
        var why = _calls.Explain(code);
        Abort();
        return DistributedFaults.NcclFailed(name, _who, why);
    }

    private Runs.UserException Gone(string name) => DistributedFaults.NcclFailed(
        name, _who, Volatile.Read(ref _state) == Left ? "this rank has left the others" : "another rank was lost");

    private static void Check(NcclCalls calls, int code, string name, string who)
    {
        if (code != Success)
            throw DistributedFaults.NcclFailed(name, who, calls.Explain(code));
    }
}
