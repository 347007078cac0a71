using System.CommandLine;
using HubertSharp.Audio;
using HubertSharp.Dashboard;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert dashboard</c>: the runs of a folder in the browser.</summary>
internal static class DashboardVerb
{
    private const string TokenVariable = "HUBERTSHARP_DASHBOARD_TOKEN";
    private const int ShortestSafe = 16;

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A run folder, or a folder with run folders in it." };
        var port = new Option<int>("--port")
        {
            Description = "Port; 0 takes a free one.",
            DefaultValueFactory = _ => DashboardOptions.DefaultPort,
        };
        var host = new Option<string?>("--host") { Description = "Address to listen on. Default: 127.0.0.1, this machine only." };
        var token = new Option<string?>("--token")
        {
            Description = "Token that a browser has to bring once, as ?token=. Everybody on this machine can see it in the list of "
                + $"processes: the environment variable {TokenVariable} is safer. Default: a new one, printed, with a --host beyond "
                + "this machine; none otherwise.",
        };
        var audioRoots = new Option<string[]>("--audio-root")
        {
            Description = "Folder, besides DIR, below which the recordings lie that a run's manifest may name for listening. "
                + "May be given several times.",
        };
        var command = new Command("dashboard",
            "Show runs in the browser: live curves, the doctor's verdict, comparison, audio with its labels and what the model predicts. "
            + "Reads only; Ctrl-C stops it.")
        {
            folder, port, host, token, audioRoots,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var variable = Environment.GetEnvironmentVariable(TokenVariable);
            var given = parsed.GetValue(token) ?? (variable is { Length: > 0 } ? variable : null);
            var options = new DashboardOptions
            {
                Root = parsed.GetValue(folder)!,
                Port = parsed.GetValue(port),
                Host = parsed.GetValue(host),
                Token = given,
                AudioRoots = parsed.GetValue(audioRoots) ?? [],
                ReadAudio = AudioFile.Read,
            };
            await using var server = await DashboardServer.StartAsync(options, cancellation).ConfigureAwait(false);
            var made = server.Token is { } needed && given is null ? $"?token={needed}" : "";
            Console.Out.WriteLine($"dashboard: {server.Url}{made} (Prometheus: {server.Url}metrics); Ctrl-C stops it");
            if (made.Length > 0)
                Console.Out.WriteLine("whoever has this address with its token can read these runs and hear their audio");
            else if (given is not null)
                Console.Out.WriteLine("open it once with ?token= and the token that you gave");
            if (given is { Length: < ShortestSafe })
                Console.Out.WriteLine($"the token is short: one of {ShortestSafe} random characters or more cannot be guessed");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            return CommandHost.Done;
        });
        return command.WithExample("hubert dashboard runs --audio-root data").WithExample("hubert dashboard runs/iteration1 --port 9000");
    }
}
