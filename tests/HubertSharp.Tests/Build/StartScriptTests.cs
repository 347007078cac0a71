using System.Diagnostics;

namespace HubertSharp.Tests.Build;

/// <summary>
/// The script <c>hubert</c> under limits that end .NET before any code of ours runs: it says so, or lifts what stands in the way.
/// </summary>
public sealed class StartScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>In a clone where <c>dotnet</c> prints what it is started with.</summary>
    public StartScriptTests()
    {
        ExecutableFile.Install(Path.Combine(Fixtures.RepositoryRoot(), "hubert"), _folder.At("hubert"));
        File.WriteAllText(_folder.At("global.json"), "{}");
        File.WriteAllText(_folder.At("Directory.Build.props"), "");
        var script = _folder.Write("dotnet", "#!/bin/sh\necho \"$DOTNET_EnableWriteXorExecute $*\"\n");
        ExecutableFile.Install(script, _folder.At("bin", "dotnet"));
        _folder.Write("src/HubertSharp.Cli/bin/Release/net10.0/hubert.dll", "");
    }

    [Theory]
    [InlineData("ulimit -f 20", 0, "0 ")]
    [InlineData("true", 0, " ")]
    [InlineData("export DOTNET_EnableWriteXorExecute=1; ulimit -f 20", 0, "1 ")]
    [InlineData("ulimit -v 1600000", 0, " ")]
    [InlineData("ulimit -v 1400000", 1, "hubert: only 1400000 KiB of addresses are allowed (expected 1500000 or more")]
    public void A_limit_is_lifted_or_named(string limit, int exitCode, string begins)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{limit}; exec {_folder.At("hubert")} config list"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(exitCode, process.ExitCode);
        var line = Assert.Single((output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(begins, line);
        if (exitCode == 0)
            Assert.EndsWith("hubert.dll config list", line);
    }

    public void Dispose() => _folder.Dispose();
}
