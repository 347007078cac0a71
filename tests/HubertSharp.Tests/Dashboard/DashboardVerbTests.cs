using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Dashboard;

[Trait("Part", "e2e")]
public class DashboardVerbTests
{
    [Fact]
    public void Ctrl_C_is_the_way_to_stop_it()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        using var process = HubertProcess.Start("dashboard", runs.Root, "--port", "0");
        Assert.True(process.WaitFor("dashboard: http://127.0.0.1:"));
        process.Interrupt();
        Assert.Equal(0, process.WaitForEnd().ExitCode);
    }

    [Fact]
    public void A_missing_folder_and_a_bad_port_are_one_line_each()
    {
        var missing = HubertProcess.Run("dashboard", "no-such-folder");
        Assert.Equal((1, "hubert: no-such-folder: no such folder; name a run folder or a folder of run folders\n"), (missing.ExitCode, missing.Error));
        var port = HubertProcess.Run("dashboard", ".", "--port", "70000");
        Assert.Equal((1, "hubert: --port (expected a number from 0 to 65535, found 70000)\n"), (port.ExitCode, port.Error));
    }
}
