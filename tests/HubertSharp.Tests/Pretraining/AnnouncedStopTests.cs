using HubertSharp.Cli;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pretraining;

/// <summary>What batch systems send before they end a job makes the real program write a checkpoint, and the run goes on from it.</summary>
[Trait("Part", "e2e")]
public class AnnouncedStopTests
{
    private static readonly string[] Overrides =
    [
        "optimization.max_update=400", "common.log_interval=1", "dataset.validate_interval_updates=500",
    ];

    [Theory]
    [InlineData(10, 1)] // SIGUSR1
    [InlineData(12, 2)] // SIGUSR2: each launcher on the way passes it on
    [InlineData(24, 5)] // SIGXCPU: every second from the limit on
    [InlineData(30, 1)] // SIGPWR
    public void A_checkpoint_is_written_however_often_the_signal_comes(int signal, int times)
    {
        using var run = new TinyRun();
        using (var process = Start(run, Overrides))
        {
            while (!File.Exists(run.MetricsPath) || !File.ReadLines(run.MetricsPath).Any())
            {
                Assert.False(process.HasEnded);
                Thread.Sleep(5);
            }
            for (var i = 0; i < times && !process.HasEnded; i++)
                process.Signal(signal);
            var end = process.WaitForEnd();
            Assert.Equal(CommandHost.Interrupted, end.ExitCode);
            Assert.Contains("stopping after the current step", end.Error);
        }
        var logged = File.ReadLines(run.MetricsPath).Count(line => line.Contains("train_inner", StringComparison.Ordinal));
        Assert.InRange(logged, 1, 399);
        Assert.True(Directory.Exists(Path.Combine(run.Folder, "checkpoints", $"update_{logged:D9}")), "no checkpoint of the last update");
        var resumed = Start(run, [.. Overrides, $"optimization.max_update={logged + 2}"]).WaitForEnd();
        Assert.True(resumed.ExitCode == CommandHost.Done, resumed.Error);
        Assert.Contains($"going on from update {logged} ", resumed.Output + resumed.Error);
    }

    private static HubertProcess Start(TinyRun run, string[] overrides) =>
        HubertProcess.Start(["pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides, .. overrides]);
}
