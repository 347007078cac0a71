using System.Globalization;
using HubertSharp.Tests.Cli;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Pretraining;

/// <summary>
/// The real program, killed with SIGKILL at random moments and started again each time, ends with the metrics and the weights of a
/// run that nobody disturbed. HUBERTSHARP_KILLS sets how often (<c>bench/kill-resume.sh</c> asks for 20).
/// </summary>
[Trait("Part", "e2e")]
[Collection("alone")]
public class KillResumeTests
{
    private const int Updates = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_killed_run_ends_as_if_nothing_had_happened(bool background)
    {
        var asked = Environment.GetEnvironmentVariable("HUBERTSHARP_KILLS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : 3;
        var kills = background ? asked / 2 : asked - asked / 2;
        // other moments at every run of the tests; a failure names the seed
        var seed = Environment.GetEnvironmentVariable("HUBERTSHARP_KILL_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Environment.TickCount;
        var random = new Random(seed);
        string[] overrides =
        [
            $"optimization.max_update={Updates}", "checkpoint.save_interval_updates=3", "checkpoint.keep_interval_updates=2",
            "common.log_interval=1",
            "dataset.validate_interval_updates=7", $"checkpoint.write_checkpoints_asynchronously={background}", "dataset.num_workers=2",
            $"dataset.language_temperature={(background ? 3 : 1)}", // with it each epoch has batches of its own
        ];
        using var whole = new TinyRun();
        whole.Train(null, overrides); // in this process: how a run ends does not depend on where

        using var killed = new TinyRun();
        var resumed = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var process = Start(killed, overrides);
            // a random update between where the run stands and its end, then a random moment within it
            var stands = Logged(killed);
            var target = stands + 1 + random.Next(Math.Max(1, (Updates - stands) / (kills - kill)));
            while (Logged(killed) < target && !process.HasEnded)
                Thread.Sleep(1);
            Thread.Sleep(random.Next(25));
            process.Kill();
            var exitCode = process.WaitForEnd().ExitCode;
            var newest = new CheckpointStore(Path.Combine(killed.Folder, "checkpoints"), new()).Folders().Select(f => Path.GetFileName(f))
                .FirstOrDefault("no checkpoint");
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"seed {seed}, background {background}, kill {kill + 1}: exit code {exitCode} after update {Logged(killed)}, {newest}");
            resumed += newest != "no checkpoint" ? 1 : 0;
        }
        var last = Start(killed, overrides).WaitForEnd();

        Assert.True(last.ExitCode == 0, $"seed {seed}: {last.Error}");
        Assert.True(kills < 3 || resumed > 0, $"seed {seed}: no kill came after a checkpoint");
        Assert.True(whole.MetricsWithoutClock().SequenceEqual(killed.MetricsWithoutClock()), $"seed {seed}: the metrics differ");
        foreach (var file in (string[])["model.safetensors", "optimizer.safetensors"])
            Assert.True(Bytes(whole, file).SequenceEqual(Bytes(killed, file)), $"seed {seed}: {file} differs");
        Assert.Equal(Checkpoints(whole), Checkpoints(killed));
    }

    private static HubertProcess Start(TinyRun run, string[] overrides) =>
        HubertProcess.Start(["pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides, .. overrides]);

    // lines of train_inner, one per update
    private static int Logged(TinyRun run) =>
        File.Exists(run.MetricsPath)
            ? File.ReadLines(run.MetricsPath).Count(l => l.Contains("\"train_inner\"", StringComparison.Ordinal))
            : 0;

    private static byte[] Bytes(TinyRun run, string file) =>
        File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", "checkpoint_last", file));

    private static string[] Checkpoints(TinyRun run) =>
        [.. Directory.GetFileSystemEntries(Path.Combine(run.Folder, "checkpoints")).Select(f => Path.GetFileName(f)!)
            .Order(StringComparer.Ordinal)];
}
