using System.CommandLine;
using System.CommandLine.Parsing;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Cli;

/// <summary>
/// A verb with a list of arguments (<c>key=value ...</c>, files) takes any word for one of them, a mistyped option too: here it is told
/// from them. Behind a <c>--</c> every word is an argument.
/// </summary>
internal static class MistypedOption
{
    /// <summary>Verbs that a newcomer may look for, and what does it here.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["report"] = "a report is written by 'hubert doctor RUN --html FILE', and by 'hubert pipeline' at its end",
        ["train"] = "a model is trained by 'hubert pretrain', or from audio to evaluation by 'hubert pipeline'",
        ["evaluate"] = "a model is evaluated by 'hubert quality', 'hubert probe' and 'hubert abx'",
    };

    /// <summary>The first argument that looks like an option, or null.</summary>
    public static string? In(ParseResult parsed)
    {
        var end = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
            .FirstOrDefault(t => (IsOption(t.Value) || IsBareOption(t.Value, parsed.CommandResult.Command)) && end.Contains(t))?.Value;
    }

    /// <summary>What may have been meant by a word that the command does not know; empty where nothing is near.</summary>
    public static string Advice(Command command, string unknown)
    {
        var names = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name)).ToArray();
        var word = unknown.Split('=')[0];
        if (command is RootCommand && s_elsewhere.TryGetValue(word, out var elsewhere))
            return $", {elsewhere}";
        if ((NearestKey.Of(word, names) ?? NearestKey.Of($"--{word.TrimStart('-')}", names)) is { } nearest)
            return $", did you mean '{nearest}'?";
        if (word != unknown && word.StartsWith("--", StringComparison.Ordinal) && word.Contains('.'))
            return $", keys of a configuration have no dashes: '{unknown[2..]}'";
        return command.Arguments.Any(a => a.Name.Contains("key=value", StringComparison.Ordinal))
            ? ", keys of a configuration are given as group.key=value, such as 'optimization.max_update=1000'"
            : "";
    }

    private static bool IsOption(string word) =>
        word is ['-', '-', not '-', ..] || word is ['-', >= 'a' and <= 'z' or >= 'A' and <= 'Z', ..];

    // "config-name=base": no key of a configuration has a dash
    private static bool IsBareOption(string word, Command command) => word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
        && word[..equals].Contains('-', StringComparison.Ordinal)
        && !word[..equals].Contains('/', StringComparison.Ordinal)
        && NearestKey.Of($"--{word[..equals]}", command.Options.Select(o => o.Name)) is not null;
}
