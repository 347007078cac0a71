using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>Looks at everything that a dashboard shows of every run.</summary>
internal static partial class DashboardVisit
{
    /// <param name="output">What the program has said so far.</param>
    /// <param name="run">The program.</param>
    /// <returns>The requests that were answered.</returns>
    public static int Pay(Func<string> output, Task run)
    {
        Match address;
        while (!(address = Address().Match(output())).Success)
        {
            if (run.Wait(5))
                return 0;
        }
        using var client = new HttpClient { BaseAddress = new Uri(address.Value), Timeout = Patience.Long };
        var runs = JsonDocument.Parse(Get(client, "api/runs")).RootElement.GetProperty("runs");
        var requests = 2;
        Get(client, "metrics");
        foreach (var id in runs.EnumerateArray().Select(r => Uri.EscapeDataString(r.GetProperty("id").GetString()!)))
        {
            foreach (var part in (string[])["", "/doctor", "/curves", "/utterances?split=train", "/utterances?split=valid",
                "/utterances/train/0", "/audio/train/0", "/predictions", "/predictions/0/audio"])
            {
                Get(client, $"api/runs/{id}{part}");
                requests++;
            }
        }
        return requests;
    }

    private static string Get(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = client.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        var text = reader.ReadToEnd();
        Assert.True(response.StatusCode < HttpStatusCode.InternalServerError, $"{path}: {response.StatusCode} {text}");
        return text;
    }

    [GeneratedRegex("http://[^ ]+(?= \\()")]
    private static partial Regex Address();
}
