using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

/// <summary>Small limits, closed streams, folders that nobody may write to: one line and an exit code, in the real program.</summary>
[Trait("Part", "e2e")]
public sealed class LimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("ulimit -n 48; exec $HUBERT config list", "only 48 files may be open")]
    [InlineData("ulimit -n 250; exec $HUBERT doctor nowhere", "only 250 files may be open")]
    [InlineData(
        "ulimit -v 3500000; exec $HUBERT bench step --config-name hubert_small_cpu --rows 1 --seconds 1 --clusters 8 --steps 1", "memory")]
    [InlineData(
        "ulimit -v 6500000; exec $HUBERT bench step --config-name hubert_small_cpu --rows 64 --seconds 60 --clusters 8 --steps "
        + "1 common.num_threads=1", "out of memory; lower dataset.max_tokens")]
    [InlineData("ulimit -f 20; DOTNET_EnableWriteXorExecute=0 exec $HUBERT bench kmeans --frames 30000 --clusters 2 --repeat 1",
        "ulimit -f")]
    [InlineData("exec $HUBERT config show --config-name hubert_small_cpu > /dev/full", "no space left")]
    public void A_small_limit_is_named_in_one_line(string script, string named)
    {
        var result = Run(script);
        Assert.True(result.ExitCode == CommandHost.UserFault, $"exit code {result.ExitCode}: {result.Error}");
        var line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("hubert: ", line);
        Assert.Contains(named, line);
    }

    [Theory]
    [InlineData("exec $HUBERT config list >&-", CommandHost.Done)]
    [InlineData("exec $HUBERT config list <&-", CommandHost.Done)]
    [InlineData("exec $HUBERT config list <&- >&- 2>&-", CommandHost.Done)]
    [InlineData("exec $HUBERT config show --config-name nothing 2>&-", CommandHost.UserFault)]
    [InlineData("exec $HUBERT config show --config-name nothing 2> /dev/full", CommandHost.UserFault)]
    [InlineData("$HUBERT config show --config-name hubert_small_cpu | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}", CommandHost.Done)]
    [InlineData("unset HOME LANG TERM; LC_ALL=xx_YY.odd exec $HUBERT config list", CommandHost.Done)]
    [InlineData("mkdir gone && cd gone && rmdir ../gone && exec $HUBERT config list", CommandHost.Done)]
    public void Streams_and_surroundings_that_are_not_there_change_no_exit_code(string script, int exitCode)
    {
        var result = Run(script);
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}: {result.Error}");
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Theory]
    [InlineData("pipeline minute corpus=DATA --out ro")]
    [InlineData("pipeline minute corpus=DATA --out ro/new")]
    [InlineData("features mfcc --manifest DATA/train.tsv --out ro")]
    [InlineData("doctor DATA/losses.csv --html ro/report.html")]
    [InlineData("doctor DATA/losses.csv --png ro")]
    [InlineData("pretrain --config-name hubert_small_cpu --run ro/run task.data=DATA task.label_dir=DATA model.label_rate=100")]
    public void A_folder_that_is_read_only_is_called_so(string arguments)
    {
        SmallCorpus.Write(_folder.At("data"), trainUtterances: 1, validUtterances: 1);
        File.Copy(Path.Combine(Fixtures.RepositoryRoot(), "docs", "examples", "iteration2.csv"), _folder.At("data", "losses.csv"));
        Directory.CreateDirectory(_folder.At("ro"));
        var result = HubertProcess.RunShell(["unshare", "-rm", "bash", "-c"],
            $"cd {_folder.FullName} && mount -t tmpfs -o ro none ro && exec $HUBERT {arguments.Replace("DATA", _folder.At("data"))}");
        Assert.SkipWhen(result.Error.Contains("unshare:") || result.Error.Contains("mount:"),
            "this system allows no file system of our own");
        Assert.Equal(CommandHost.UserFault, result.ExitCode);
        var line = Assert.Single(result.Error.Split('\n'), l => l.StartsWith("hubert: ", StringComparison.Ordinal));
        Assert.Contains("read-only", line);
    }

    public void Dispose() => _folder.Dispose();

    private HubertResult Run(string script) => HubertProcess.RunShell(["bash", "-c"], $"cd {_folder.FullName}; {script}");
}
