using System.Runtime.InteropServices;

namespace HubertSharp.Cli;

/// <summary>
/// Ctrl-C, <c>kill</c> and a closed terminal. The first one cancels <see cref="Token"/>, so that the running stage ends cleanly
/// (a checkpoint, no half-written file); the second one, or a stage that does not end within two minutes, ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Timer _graceTimer = new(_ => ExitNow(CommandHost.Interrupted));
    private int _received;

    public StopSignals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    public CancellationToken Token => _stop.Token;

    public bool Received => Volatile.Read(ref _received) > 0;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _graceTimer.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true; // the process goes on; the exit code is ours
        if (Interlocked.Increment(ref _received) > 1)
            ExitNow(CommandHost.Interrupted);
        Console.Error.WriteLine("hubert: stopping after the current step; once more stops at once");
        _graceTimer.Change(Grace, Timeout.InfiniteTimeSpan);
        // Not on the thread of signals: a callback that takes its time must not keep the second signal from arriving.
        ThreadPool.UnsafeQueueUserWorkItem(static stop => stop.Cancel(), _stop, preferLocal: false);
    }

    /// <summary>Ends the process without waiting for anything: exit handlers of native libraries may hang in the middle of a step.</summary>
    private static void ExitNow(int exitCode)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(exitCode);
        else
            ExitProcess(exitCode);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitProcess(int exitCode);
}
