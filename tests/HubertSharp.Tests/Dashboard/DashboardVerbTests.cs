using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
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
    public async Task SIGTERM_ends_it_whatever_is_asked_of_it()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        Directory.CreateDirectory(runs.At("corpus"));
        using (var make = Process.Start("mkfifo", [runs.At("corpus", "train.tsv")]))
            make.WaitForExit();
        using var process = HubertProcess.Start("dashboard", runs.Root, "--port", "0");
        var address = AddressOf(process);
        using var http = new HttpClient { BaseAddress = address };
        var id = DashboardServerTests.Id((await DashboardServerTests.ListAsync(http))[0]);
        using var stream = await http.GetAsync($"api/events?run={id}", HttpCompletionOption.ResponseHeadersRead);
        var asked = http.GetAsync($"api/runs/{id}/utterances");
        using var half = new TcpClient(address.Host, address.Port); // a request that never ends
        half.GetStream().Write("GET /api/runs HTTP/1.1\r\nHost: localhost\r\n"u8);
        process.Terminate();
        Assert.Equal(0, process.WaitForEnd().ExitCode); // and not only once those are through, which they never are
        await asked.ContinueWith(_ => { }, TaskScheduler.Default); // answered or cut off
    }

    [Fact]
    public async Task Beyond_this_machine_the_printed_address_has_the_token()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        using var process = HubertProcess.Start("dashboard", runs.Root, "--port", "0", "--host", "0.0.0.0");
        var address = AddressOf(process);
        Assert.Matches(@"^\?token=[A-Za-z0-9_-]{32}$", address.Query);
        using var http = new HttpClient { BaseAddress = new UriBuilder(address) { Host = "127.0.0.1", Query = "" }.Uri };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(address.Query)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("api/runs")).StatusCode); // by the cookie
        process.Interrupt();
        Assert.Contains("whoever has this address with its token", process.WaitForEnd().Output);
    }

    [Fact]
    public async Task A_token_from_the_environment_is_asked_for_and_not_printed()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        var variables = new Dictionary<string, string> { ["HUBERTSHARP_DASHBOARD_TOKEN"] = "of-the-environment" };
        using var process = HubertProcess.Start(variables, "dashboard", runs.Root, "--port", "0");
        var address = AddressOf(process);
        using var http = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("api/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("api/runs?token=of-the-environment")).StatusCode);
        process.Interrupt();
        var ended = process.WaitForEnd();
        Assert.DoesNotContain("of-the-environment", ended.Output + ended.Error);
    }

    [Fact]
    public void A_missing_folder_and_a_bad_port_are_one_line_each()
    {
        var missing = HubertProcess.Run("dashboard", "no-such-folder");
        Assert.Equal((1, "hubert: no-such-folder: no such folder; name a run folder or a folder of run folders\n"),
            (missing.ExitCode, missing.Error));
        var port = HubertProcess.Run("dashboard", ".", "--port", "70000");
        Assert.Equal((1, "hubert: --port (expected a number from 0 to 65535, found 70000)\n"), (port.ExitCode, port.Error));
    }

    private static Uri AddressOf(HubertProcess process)
    {
        Assert.True(process.WaitFor("stops it"));
        return new Uri(Regex.Match(process.Said, @"dashboard: (\S+)").Groups[1].Value);
    }
}
