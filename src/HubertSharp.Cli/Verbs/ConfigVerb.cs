using System.CommandLine;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert config show</c>.</summary>
internal static class ConfigVerb
{
    public static Command Create() => new("config", "Show configurations.");
}
