namespace HubertSharp.Runs.Transcripts;

internal static class TranscriptFaults
{
    public static UserException NotRules(string path, string expected, Exception? cause = null) =>
        UserException.Create("not the rules that 'hubert labels text' writes", path, expected, next: "make them anew", cause: cause);

    public static UserException Digits(string where, string found) =>
        UserException.Create("a digit: how it is spoken is not written", where, "words", $"'{PrintableText.Of(found)}'",
            "write numbers out, or set --digits keep (spelled as they are) or --digits remove");

    public static UserException Punctuation(string where, string found) =>
        UserException.Create("punctuation", where, "letters and spaces", $"'{PrintableText.Of(found)}'",
            "set --punctuation remove, or --punctuation keep");

    public static UserException WordEnd(string where) =>
        UserException.Create("'|' in a text, which stands for the end of a word", where, "letters and spaces", "'|'",
            "take it out of the text");

    public static UserException Count(string transcripts, int expected, int found, string manifest) =>
        UserException.Create("as many lines as utterances are needed where no line names its utterance", transcripts,
            $"{Counted.Of(expected, "line")} as in {manifest}", $"{found}",
            "give one text per line in the manifest's order, or begin each line with the utterance's path or name");

    public static UserException Missing(string transcripts, string utterance, int others) =>
        UserException.Create($"no text for an utterance{(others > 0 ? $", and for {Counted.Of(others, "other")}" : "")}", transcripts,
            PrintableText.Of(utterance), "none", "add it, or leave the utterance out of the manifest");

    public static UserException NoneNamed(string transcripts, int line, string found, string utterance) =>
        UserException.Create("no line names an utterance of the manifest", $"{transcripts}:{line}",
            $"a path or name such as {PrintableText.Of(utterance)}", PrintableText.Of(found),
            "give the texts of these recordings, or one text per line in the manifest's order");

    public static UserException Twice(string transcripts, int line, string utterance) =>
        UserException.Create("two texts for one utterance", $"{transcripts}:{line}", found: PrintableText.Of(utterance),
            next: "keep one of them");

    public static UserException Empty(string transcripts, int line, string utterance, int others) =>
        UserException.Create($"an empty text{(others > 0 ? $", and {Counted.Of(others, "other")}" : "")}", $"{transcripts}:{line}",
            "at least one symbol", PrintableText.Of(utterance), "leave such utterances out of the manifest, or set --keep-empty");

    public static UserException OtherFile(string path) =>
        UserException.Create("there is another file already", path, "none, or the same content", "something else",
            "choose another --out or --label, or move it away");

    public static UserException SameName(string first, string second, string label) =>
        UserException.Create("two manifests of one name would become one file of labels", second, "another name than that of "
            + PrintableText.Of(first), $"{PrintableText.Of(Path.GetFileNameWithoutExtension(second))}.{label} twice",
            "label them one after the other with another --out, and keep the symbols with --dict");

    public static UserException UnknownSymbol(string transcripts, int line, string symbol, string dictionary) =>
        UserException.Create("a symbol that the dictionary does not have", $"{transcripts}:{line}", $"one of {dictionary}",
            $"'{PrintableText.Of(symbol)}'", "leave --dict out to make a new one, or change the text");
}
