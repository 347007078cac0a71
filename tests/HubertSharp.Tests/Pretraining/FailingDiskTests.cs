using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pretraining;

/// <summary>The real program on a disk that fails: a library, loaded before the C library, answers fsync with EIO.</summary>
[Trait("Part", "e2e")]
public sealed class FailingDiskTests : IDisposable
{
    private const string Library = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int fsync(int file) {
            char link[64], path[4096] = "";
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            if (readlink(link, path, sizeof path - 1) >= 0 && strstr(path, getenv("FAILING"))) {
                errno = EIO;
                return -1;
            }
            return syscall(SYS_fsync, file);
        }
        """;

    private static readonly string[] Overrides =
    [
        "optimization.max_update=9", "checkpoint.save_interval_updates=3", "common.log_interval=1", "dataset.disable_validation=true",
    ];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("update_000000006", false, "update_000000003 is whole")] // its files and its folder
    [InlineData("update_000000006", true, "update_000000003 is whole")]
    [InlineData("metrics.jsonl", false, "metrics.jsonl: cannot write")]
    [InlineData("/", false, "cannot write")] // all of them
    public void A_failed_fsync_ends_the_run_with_the_older_checkpoint_whole(string failing, bool background, string expected)
    {
        string[] overrides = [.. Overrides, $"checkpoint.write_checkpoints_asynchronously={background}"];
        var library = Compiled();
        using var run = new TinyRun();
        var (command, whole) = (Command(run, overrides), failing == "update_000000006");

        var result = HubertProcess.RunShell(["sh", "-c"], $"LD_PRELOAD={library} FAILING={failing} {command}");
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("updates done", result.Output);
        var message = Assert.Single(result.Error.Split('\n'), line => line.StartsWith("hubert: ", StringComparison.Ordinal));
        Assert.Contains("the disk did not take what was written", message);
        Assert.Contains(expected, message);
        var checkpoints = Path.Combine(run.Folder, "checkpoints");
        Assert.Equal(whole ? ["update_000000003"] : [],
            Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints, "*update_*").Select(f => Path.GetFileName(f)!) : []);
        if (!whole)
            return;
        // once the disk is well again, the run ends as if nothing had happened
        Assert.Equal(0, HubertProcess.RunShell(["sh", "-c"], command).ExitCode);
        Assert.Equal(TinyRun.Undisturbed(Overrides).MetricsWithoutClock, run.MetricsWithoutClock());
    }

    private static string Command(TinyRun run, string[] overrides) =>
        $"$HUBERT pretrain --config-name hubert_small_cpu --run '{run.Folder}' "
        + $"{string.Join(' ', run.Overrides.Concat(overrides).Select(o => $"\"{o}\""))}";

    private string Compiled()
    {
        var (source, library) = (_folder.Write("failing.c", Library), _folder.At("failing.so"));
        var compiled = HubertProcess.RunShell(["sh", "-c"],
            $"command -v cc > /dev/null || exit 99; cc -shared -fPIC -o {library} {source}");
        Assert.SkipWhen(compiled.ExitCode == 99, "needs a C compiler (cc)");
        Assert.True(compiled.ExitCode == 0, compiled.Error);
        return library;
    }
}
