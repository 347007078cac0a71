using System.Runtime.ExceptionServices;
using HubertSharp.Runs;

namespace HubertSharp.Features;

/// <summary>
/// Shares the utterances of a manifest among threads; the fault of the first faulty line wins, whichever thread meets its own first.
/// </summary>
internal sealed class UtteranceWork(int first, int end, IProgress<StageProgress>? progress)
{
    private readonly Lock _gate = new();
    private int _next = first;
    private readonly int _total = end - first;
    private readonly StageCounter _done = new(progress, end - first, "files");
    private int _faultIndex = int.MaxValue;
    private Exception? _fault;

    /// <summary>Runs <paramref name="body"/> for each utterance, with one <typeparamref name="TState"/> per thread.</summary>
    public void Run<TState>(int threads, Func<TState> create, Action<TState, int> body, CancellationToken cancellation)
        where TState : IDisposable
    {
        var count = Math.Clamp(_total, 1, threads > 0 ? threads : Environment.ProcessorCount);
        var workers = new Thread[count - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(() => Work(create, body, cancellation)) { IsBackground = true, Name = "features" };
            workers[i].Start();
        }
        Work(create, body, cancellation);
        foreach (var worker in workers)
            worker.Join();
        if (_fault is not null)
            ExceptionDispatchInfo.Throw(_fault);
    }

    private void Work<TState>(Func<TState> create, Action<TState, int> body, CancellationToken cancellation)
        where TState : IDisposable
    {
        var index = end;
        try
        {
            using var state = create();
            while ((index = Interlocked.Increment(ref _next) - 1) < end && index < Volatile.Read(ref _faultIndex))
            {
                cancellation.ThrowIfCancellationRequested();
                body(state, index);
                _done.Add();
            }
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                if (index < _faultIndex || _fault is null)
                    (_faultIndex, _fault) = (index, e);
            }
        }
    }
}
