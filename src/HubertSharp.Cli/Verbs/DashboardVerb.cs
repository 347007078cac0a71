using System.CommandLine;
using System.Net;
using HubertSharp.Audio;
using HubertSharp.Dashboard;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert dashboard</c>: the runs of a folder in the browser.</summary>
internal static class DashboardVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A run folder, or a folder with run folders in it." };
        var port = new Option<int>("--port") { Description = "Port; 0 takes a free one.", DefaultValueFactory = _ => DashboardOptions.DefaultPort };
        var host = new Option<string?>("--host") { Description = "Address to listen on. Default: 127.0.0.1, this machine only." };
        var command = new Command("dashboard", "Show runs in the browser: live curves, the doctor's verdict, comparison, audio with its labels and what the model predicts. Reads only; Ctrl-C stops it.") { folder, port, host };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new DashboardOptions { Root = parsed.GetValue(folder)!, Port = parsed.GetValue(port), Host = parsed.GetValue(host), ReadAudio = AudioFile.Read };
            await using var server = await DashboardServer.StartAsync(options, cancellation).ConfigureAwait(false);
            Console.Out.WriteLine($"dashboard: {server.Url} (Prometheus: {server.Url}metrics); Ctrl-C stops it");
            if (!(IPAddress.TryParse(server.Url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
                Console.Out.WriteLine("whoever reaches this address can read these runs and hear their audio");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            return CommandHost.Done;
        });
        return command.WithExample("hubert dashboard runs").WithExample("hubert dashboard runs/iteration1 --port 9000");
    }
}
