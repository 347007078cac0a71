using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Labels;

internal static class LabelFaults
{
    public static UserException Missing(string path, bool ofText = false) =>
        ReadFaults.Missing(path, "label file", next: "check task.label_dir and task.labels, or " + Relabel(ofText));

    public static UserException Unreadable(string path, Exception cause) =>
        UserException.Create("cannot read", path, found: cause.Message, next: "check the path and its permissions", cause: cause);

    public static UserException NoLines(string path, bool ofText = false) =>
        UserException.Create("the label file is empty", path, "one line per utterance", "nothing", Relabel(ofText));

    public static UserException TooManyLines(string path, int maximum) =>
        UserException.Create("too many lines for a label file", path, $"at most {Counted.Of(maximum, "utterance")}", "more",
            "check that it is the right file");

    public static UserException Changed(string path) =>
        UserException.Create("the label file changed while it was in use", path, next: "start again");

    public static UserException DictionaryMissing(string path, bool ofText = false) =>
        ReadFaults.Missing(path, "dictionary",
            next: ofText ? "write one line 'symbol count' per symbol, as 'hubert labels text' does"
                : "write one line 'id count' per cluster, as 'hubert kmeans apply' does");

    public static UserException DictionaryEmpty(string path) =>
        UserException.Create("the dictionary has no symbols", path, "one line 'symbol count' per symbol", "nothing", Relabel(ofText: true));

    public static UserException NoFolder(string folder, bool ofText = false) =>
        UserException.Create("no such folder of labels", folder, next: "check task.label_dir, or " + Relabel(ofText));

    public static UserException DictionaryTooLarge(string path, long maximum) =>
        UserException.Create("too large for a dictionary", path, $"at most {Counted.Of(maximum, "byte")}", "more",
            "check that it is the right file");

    public static UserException DictionaryLine(string path, int line, string found) =>
        UserException.Create("malformed line", $"{path}:{line}", "symbol count [#fairseq:overwrite]", Show(found), "mend the line");

    public static UserException DictionaryTwice(string path, int line, string symbol, int first) =>
        UserException.Create($"symbol {Show(symbol)} for the second time", $"{path}:{line}", "each symbol once",
            first < 0 ? "one of the four special symbols" : $"the first in line {first}",
            "remove one, or mark the second '#fairseq:overwrite'");

    public static UserException Broken(IReadOnlyList<LabelFinding> errors) => errors.Count == 1
        ? UserException.Create(errors[0].Message, next: errors[0].Next)
        : UserException.Gather("the labels", [.. errors.Select(e => $"{e.Message}; {e.Next}")]);

    private static string Relabel(bool ofText) =>
        $"make the labels anew with 'hubert {(ofText ? "labels text" : "kmeans apply")}'";

    internal static string Show(string text) => $"'{PrintableText.Of(text, 60)}'";
}
