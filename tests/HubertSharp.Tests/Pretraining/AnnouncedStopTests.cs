using HubertSharp.Cli;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pretraining;

/// <summary>What batch systems send before they end a job makes the real program write a checkpoint, and the run goes on from it.</summary>
[Trait("Part", "e2e")]
public class AnnouncedStopTests
{
    private static readonly string[] Overrides =
    [
        "optimization.max_update=1000000", "common.log_interval=1", "dataset.validate_interval_updates=500",
    ];

    private static readonly (int Signal, int Times)[] s_signals =
    [
        (10, 1), // SIGUSR1
        (12, 2), // SIGUSR2: each launcher on the way passes it on
        (24, 5), // SIGXCPU: every second from the limit on
        (30, 1), // SIGPWR
    ];

    /// <summary>One run, stopped by each signal in turn: what one left, the next goes on from.</summary>
    [Fact]
    public void A_checkpoint_is_written_however_often_the_signal_comes()
    {
        using var run = new TinyRun();
        var logged = 0;
        foreach (var (signal, times) in s_signals)
        {
            using var process = Start(run, Overrides);
            Patience.Until(() => process.HasEnded || Logged(run) > logged, "an update");
            Assert.False(process.HasEnded);
            for (var i = 0; i < times && !process.HasEnded; i++)
                process.Signal(signal);
            var end = process.WaitForEnd();
            Assert.True(end.ExitCode == CommandHost.Interrupted, $"signal {signal}: {end.ExitCode}, {end.Error}");
            Assert.Contains("stopping after the current step", end.Error);
            CheckGoesOn(logged, end);
            logged = Logged(run);
            Assert.InRange(logged, 1, 999_999);
            Assert.True(Directory.Exists(Path.Combine(run.Folder, "checkpoints", $"update_{logged:D9}")),
                $"signal {signal}: no checkpoint of the last update");
        }
        var resumed = Start(run, [.. Overrides, $"optimization.max_update={logged + 2}"]).WaitForEnd();
        Assert.True(resumed.ExitCode == CommandHost.Done, resumed.Error);
        CheckGoesOn(logged, resumed);
    }

    private static void CheckGoesOn(int logged, HubertResult result)
    {
        if (logged > 0)
            Assert.Contains($"going on from update {logged} ", result.Output + result.Error);
    }

    private static int Logged(TinyRun run) => !File.Exists(run.MetricsPath) ? 0
        : File.ReadLines(run.MetricsPath).Count(line => line.Contains("train_inner", StringComparison.Ordinal));

    private static HubertProcess Start(TinyRun run, string[] overrides) =>
        HubertProcess.Start(["pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides, .. overrides]);
}
