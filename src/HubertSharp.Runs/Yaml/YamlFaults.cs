using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Yaml;

internal static class YamlFaults
{
    public static UserException Missing(string path) =>
        ReadFaults.Missing(path);

    public static UserException Unreadable(string path, Exception cause) =>
        UserException.Create("cannot read", path, found: cause.Message, next: "check the path and its permissions", cause: cause);

    public static UserException TooLarge(string path) =>
        UserException.Create("too large for a YAML file", path, $"at most {Counted.Of(YamlReader.MaximumBytes, "byte")}", "more",
            "check that it is the right file");

    public static UserException Malformed(string path, int line, string message, Exception? cause = null) =>
        UserException.Create("not valid YAML", $"{path}:{line}", found: Plain(message), next: "mend the line or the one above it",
            cause: cause);

    public static UserException SeveralDocuments(string path, int line) =>
        UserException.Create("a second document begins", $"{path}:{line}", "one YAML document", "several", "remove the '---'");

    public static UserException TooDeep(string path, int line, int depth) =>
        UserException.Create("nested too deeply", $"{path}:{line}", $"at most {Counted.Of(depth, "level")}", "more",
            "check that it is the right file");

    public static UserException TooManyNodes(string path, int line, int nodes) =>
        UserException.Create("too many values", $"{path}:{line}", $"at most {nodes}, aliases expanded", "more",
            "check that it is the right file");

    public static UserException UnknownAlias(string path, int line, string alias) =>
        UserException.Create($"unknown alias '*{Plain(alias)}'", $"{path}:{line}", "an anchor that is complete above it", "none",
            "write the value out");

    public static UserException Tag(string path, int line, string tag) =>
        UserException.Create($"tag '{Plain(tag)}'", $"{path}:{line}", "plain YAML values", "a tagged one", "remove the tag");

    public static UserException Key(string path, int line) =>
        UserException.Create("a key that is no text", $"{path}:{line}", "key: value", "a list, mapping or alias as the key",
            "mend the line");

    public static UserException Twice(string path, int line, string key, int first) =>
        UserException.Create($"key '{Plain(key)}' for the second time", $"{path}:{line}", "each key once", $"the first in line {first}",
            "remove one of them");

    private static string Plain(string text) => PrintableText.Of(text);
}
