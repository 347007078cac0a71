using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Words;

internal static class WordFaults
{
    private const string Formats = "docs/scoring.md shows the formats; --format names one";

    public static UserException TooLong(int reference, int hypothesis) =>
        UserException.Create("two texts are too long, and too different, to be aligned", null, "texts of a recording each",
            $"{reference:#,0} and {hypothesis:#,0} tokens", "part them, or check that they belong together");

    public static UserException Empty(string path) => UserException.Create("no text in this file", path, next: "check the path");

    public static UserException Timed(string path) =>
        UserException.Create("words with their times (CTM), not texts", path, "a text per utterance",
            next: "transcribe with --format text or json");

    public static UserException NoColumn(string where, string expected, IEnumerable<string> columns) =>
        UserException.Create("no such column", where, expected,
            string.Join(", ", columns.Take(20).Select(c => PrintableText.Of(c, 40))) is { Length: > 0 } found ? found : "none", Formats);

    public static UserException Line(string where, string expected, string found) =>
        UserException.Create("not a line of texts", where, expected, $"'{PrintableText.Of(found)}'", Formats);

    public static UserException OneIsNamed(string named, string unnamed) =>
        UserException.Create(
            "texts without names cannot be matched with named ones", unnamed, $"names, as {named} has them", "none",
            $"give the manifest of the reference's lines with --manifest; {Formats}");

    public static UserException LineCount(string path, int expected, int found, string reference) =>
        UserException.Create("another number of texts than the references have", path, $"{Counted.Of(expected, "line")} as in {reference}",
            $"{found}", "give files with names, or with a line for every text");

    public static UserException Twice(string path, string name, int first, int second) =>
        UserException.Create($"'{PrintableText.Of(name)}' has two texts", $"{path}:{second}", "each name once",
            $"the first on line {first}",
            "remove one of them");

    public static UserException MissingNames(string path, string what, IReadOnlyList<string> names, string other) =>
        UserException.Create($"{what} for {Counted.Of(names.Count, "name")}", path, $"every name of {other}",
            $"none for {string.Join(", ", names.Take(5).Select(n => $"'{PrintableText.Of(n, 60)}'"))}{(names.Count > 5 ? ", ..." : "")}",
            "add them, or give --partial: missing hypotheses then count as empty, and texts without a reference are left out");

    public static UserException NothingInCommon(string reference, string hypothesis, string first, string second) =>
        UserException.Create("references and hypotheses have no name in common", hypothesis,
            $"names as in {reference}: '{PrintableText.Of(first)}'",
            $"'{PrintableText.Of(second)}'", "write both with the same names");

    public static UserException NoTokens(string path) =>
        UserException.Create("no reference holds a word", path, "texts", "nothing but blanks and punctuation",
            "check the file, or give --keep-punctuation");

    public static UserException NoLanguages(string path) => UserException.Create("no language of these texts is known", path,
        "a column 'language', or --manifest with one", "none", "add it, or part the table by what the texts are written in: --by script");

    public static UserException NoSpeaker(string path, string name) =>
        UserException.Create($"no speaker of '{PrintableText.Of(name)}'", path, "a line 'name speaker' for every text", "none", "add it");
}
