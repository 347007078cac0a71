using System.Runtime.InteropServices;
using HubertSharp.Distributed;

namespace HubertSharp.Cli;

/// <summary>
/// Ctrl-C, <c>kill</c>, a closed terminal, and what batch systems and power supplies send beforehand. The first one cancels
/// <see cref="Token"/>, so that the running stage ends cleanly (a checkpoint, no half-written file). A second one by hand, or a stage
/// that does not end within two minutes, ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private static readonly PosixSignal[] ByHand = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    // SIGUSR1, SIGUSR2, SIGXCPU, SIGPWR by Linux's numbers; .NET's runtime uses none of them. They come more than once by their nature
    // (SIGXCPU every second, USR1 from each launcher on the way), so that their number means nothing.
    private static readonly PosixSignal[] Announcements =
        OperatingSystem.IsLinux() ? [(PosixSignal)10, (PosixSignal)12, (PosixSignal)24, (PosixSignal)30] : [];

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Timer _graceTimer = new(_ => ExitNow(CommandHost.Interrupted));
    private int _received;
    private int _byHand;

    public StopSignals()
    {
        foreach (var signal in ByHand)
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignalByHand));
        foreach (var signal in Announcements)
            _registrations.Add(PosixSignalRegistration.Create(signal, OnAnnouncement));
    }

    public CancellationToken Token => _stop.Token;

    public bool Received => Volatile.Read(ref _received) > 0;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _graceTimer.Dispose();
        _stop.Dispose();
    }

    private void OnSignalByHand(PosixSignalContext context)
    {
        context.Cancel = true; // the process goes on; the exit code is ours
        if (Interlocked.Increment(ref _byHand) > 1)
            ExitNow(CommandHost.Interrupted);
        Stop("stopping after the current step; once more stops at once", again: true);
    }

    private void OnAnnouncement(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop("stopping after the current step", again: false);
    }

    private void Stop(string text, bool again)
    {
        var isFirst = Interlocked.Increment(ref _received) == 1;
        if (isFirst)
        {
            _graceTimer.Change(Grace, Timeout.InfiniteTimeSpan);
            // Not on the thread of signals: a callback that takes its time must not keep the second signal from arriving.
            ThreadPool.UnsafeQueueUserWorkItem(static stop => stop.Cancel(), _stop, preferLocal: false);
        }
        // of several processes the first one says so: the others hear it from their launcher, too, when that one ends with a fault
        if ((isFirst || again) && LaunchedWorld.Taken is not { Rank: > 0 })
            Console.Error.WriteLine($"hubert: {text}");
    }

    /// <summary>
    /// Ends the process without waiting for anything: exit handlers of native libraries may hang in the middle of a step.
    /// </summary>
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
