using HubertSharp.Runs;

namespace HubertSharp.Cli;

/// <summary>
/// Where a training posts its news: <c>--webhook</c>, else the environment, which other users of the machine cannot read.
/// </summary>
internal static class WebhookAddress
{
    public const string Variable = "HUBERTSHARP_WEBHOOK";

    /// <returns>Null when neither says.</returns>
    /// <exception cref="UserException">Neither http nor https; the address itself is not repeated, it may be a secret.</exception>
    public static Uri? Of(string? option, string? environment) => option is not null ? Parse("--webhook", option)
        : string.IsNullOrEmpty(environment) ? null
        : Parse(Variable, environment);

    private static Uri Parse(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
            : throw UserException.Create(name, expected: "an address that begins with http:// or https://",
                found: text.Length == 0 ? "nothing" : "something else");
}
