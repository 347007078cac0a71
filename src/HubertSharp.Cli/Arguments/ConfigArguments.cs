using HubertSharp.Runs;

namespace HubertSharp.Cli.Arguments;

/// <summary>
/// The arguments of every verb that takes a configuration: <c>[FILE] [--config-dir DIR] [--config-name NAME] [key=value ...]</c>.
/// </summary>
internal static class ConfigArguments
{
    /// <summary>Tells the file from the overrides: the first argument is the file when it holds no '=' and is no '~key'.</summary>
    /// <exception cref="UserException">Neither a file nor a name, or both.</exception>
    public static (string NameOrPath, IReadOnlyList<string> Overrides) Split(
        string? configName, string? configDir, IReadOnlyList<string> arguments)
    {
        var first = arguments is [var a, ..] && !a.Contains('=') && !a.StartsWith('~') ? a : null;
        if (first is not null && (configName is not null || configDir is not null))
            throw UserException.Create($"both '{first}' and --config-name or --config-dir", expected: "one configuration",
                next: "leave one out");
        if (first is not null)
            return (first, [.. arguments.Skip(1)]);
        if (configName is null)
            throw UserException.Create("no configuration", expected: "a file or --config-name", next: "see 'hubert config list'");
        return (configName, arguments);
    }
}
