using System.Text.Json;
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

    /// <summary>Disks for one report, for all of them, for a checkpoint and a half: the first process alone says so, and once.</summary>
    [Fact]
    public void A_disk_that_several_processes_fill_ends_all_of_them_in_one_line()
    {
        var whole = TinyRun.Undisturbed(Overrides);
        using var full = new TinyRun();
        Directory.CreateDirectory(full.Folder);
        var copy = Path.Combine(full.Data, "metrics.jsonl");
        var result = Shell(full, Overrides, $"""
            mount -t tmpfs -o size=4k none '{full.Folder}' || exit 99
            $RUN --nproc 2; echo "stage first $?" >&2
            mount -o remount,size=20k '{full.Folder}' || exit 99
            $RUN --nproc 2; echo "stage second $?" >&2
            mount -o remount,size={whole.CheckpointBytes * 3 / 2 + 100_000} '{full.Folder}' || exit 99
            $RUN --nproc 2; echo "stage third $?" >&2
            mount -o remount,size=1g '{full.Folder}' || exit 99
            $RUN --nproc 2; echo "stage fourth $?" >&2
            cp '{full.MetricsPath}' '{copy}'
            """);

        SkipWithoutMounts(result);
        var left = result.Error;
        foreach (var (stage, message) in new[]
        {
            ("first", "no space left on the disk"), ("second", "config.yaml: no space left on the disk"),
            ("third", "update_000000003 is whole"),
        })
        {
            var (said, end) = (left.Split("stage ")[0], $"stage {stage} 1\n");
            Assert.StartsWith(said + end, left);
            left = left[(said + end).Length..];
            string[] lines = [.. said.Split('\n').Where(line => line.Contains("no space", StringComparison.Ordinal))];
            Assert.Contains(message, Assert.Single(lines, line => line.StartsWith("hubert: ", StringComparison.Ordinal)));
            Assert.InRange(lines.Count(line => line.Contains("warning: ", StringComparison.Ordinal)), 0, 1);
            Assert.DoesNotContain("has died", said);
        }
        Assert.Contains("going on from update 3 ", left);
        Assert.EndsWith("stage fourth 0\n", left);
        Assert.Equal(Enumerable.Range(1, 12), File.ReadLines(copy).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("tag").GetString() == "train_inner")
            .Select(line => line.GetProperty("num_updates").GetInt32()));
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
