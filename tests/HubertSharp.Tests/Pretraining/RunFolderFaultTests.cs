using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pretraining;

/// <summary>A run folder that fills up or turns read-only ends the real program in one line, and nothing that was saved is lost.</summary>
[Trait("Part", "e2e")]
public class RunFolderFaultTests
{
    private static readonly string[] Overrides =
    [
        "optimization.max_update=12", "checkpoint.save_interval_updates=3", "common.log_interval=1", "dataset.disable_validation=true",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_full_disk_costs_nothing_but_the_updates_since_the_last_checkpoint(bool background)
    {
        string[] overrides = [.. Overrides, $"checkpoint.write_checkpoints_asynchronously={background}"];
        var whole = TinyRun.Undisturbed(Overrides); // background or not, the run is the same: RunCheckpointsTests

        using var full = new TinyRun();
        Directory.CreateDirectory(full.Folder);
        var copy = Path.Combine(full.Data, "metrics.jsonl");
        var result = Shell(full, overrides, $"""
            mount -t tmpfs -o size={whole.CheckpointBytes * 5 / 2 + 300_000} none '{full.Folder}' || exit 99
            $RUN; echo "first $?" >&2
            ls -A '{full.Folder}/checkpoints' >&2
            mount -o remount,size=1g '{full.Folder}' || exit 99
            $RUN; echo "second $?" >&2
            cp '{full.MetricsPath}' '{copy}'
            """);

        SkipWithoutMounts(result);
        Assert.Contains("first 1\n", result.Error);
        var message = Assert.Single(result.Error.Split('\n'), line => line.StartsWith("hubert: ", StringComparison.Ordinal));
        Assert.Contains("no space left on the disk", message);
        Assert.Contains("update_000000006 is whole", message);
        Assert.DoesNotContain(".update_", result.Error[result.Error.IndexOf("first 1", StringComparison.Ordinal)..]);
        Assert.Contains("second 0\n", result.Error);
        Assert.Equal(whole.MetricsWithoutClock, TinyRun.WithoutClock(File.ReadAllLines(copy)));
    }

    [Fact]
    public void A_read_only_folder_is_named_as_such()
    {
        using var run = new TinyRun();
        Directory.CreateDirectory(run.Folder);
        var result = Shell(run, Overrides, $"""
            mount -t tmpfs none '{run.Folder}' || exit 99
            mount -o remount,ro '{run.Folder}' || exit 99
            $RUN; echo "first $?" >&2
            """);
        SkipWithoutMounts(result);
        Assert.Contains("first 1\n", result.Error);
        var message = Assert.Single(result.Error.Split('\n'), line => line.StartsWith("hubert: ", StringComparison.Ordinal));
        Assert.Contains(run.Folder, message);
        Assert.Contains("the file system is read-only", message);
    }

    // a mount that only this shell and its children see
    private static HubertResult Shell(TinyRun run, string[] overrides, string script)
    {
        var arguments = string.Join(' ', ((string[])[.. run.Overrides, .. overrides]).Select(o => $"\"{o}\""));
        return HubertProcess.RunShell(["unshare", "-rm", "sh", "-c"],
            script.Replace("$RUN", $"$HUBERT pretrain --config-name hubert_small_cpu --run '{run.Folder}' {arguments}"));
    }

    private static void SkipWithoutMounts(HubertResult result) =>
        Assert.SkipWhen(result.ExitCode == 99 || result.Error.Contains("unshare:"), "this system allows no file system of our own");
}
