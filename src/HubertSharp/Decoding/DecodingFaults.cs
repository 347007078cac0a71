using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Decoding;

internal static class DecodingFaults
{
    public static UserException NoLexicon(string path) => ReadFaults.Missing(path, "lexicon");

    public static UserException EmptyLexicon(string path) =>
        UserException.Create("the lexicon is empty", path, "a line 'WORD TOKEN TOKEN ...' for each spelling, or one word per line");

    public static UserException LexiconLine(string path, int line, bool isList, int columns) => isList
        ? UserException.Create("a spelling in a list of words", $"{path}:{line}", "one word, as on the lines before",
            Counted.Of(columns, "column"), "give every word its spelling, or none")
        : UserException.Create("a word without its spelling", $"{path}:{line}", "'WORD TOKEN TOKEN ...'", "1 column",
            "write its tokens behind it, or leave the line out");

    public static UserException LexiconToken(string path, int line, string word, string token, int tokens, string? otherCase) =>
        UserException.Create($"the spelling of '{PrintableText.Of(word)}' has a token that the model lacks", $"{path}:{line}",
            $"tokens of the model's {tokens}", $"'{PrintableText.Of(token)}'",
            otherCase is null ? "correct the line, or leave it out" : $"the model has '{otherCase}': write the lexicon in its case");

    public static UserException SilentSpelling(string path, int line, string word, string found) =>
        UserException.Create($"the spelling of '{PrintableText.Of(word)}' is not of tokens that are spoken", $"{path}:{line}",
            "letters, characters or syllables of the model", PrintableText.Of(found), "correct the line, or leave it out");

    public static UserException LexiconNotUtf8(string path, int line) =>
        UserException.Create("not UTF-8", $"{path}:{line}", "UTF-8", "other bytes",
            "write it anew: iconv -f GB18030 (or ISO-8859-1) -t UTF-8 OLD > NEW");

    public static UserException OtherLanguage(string path, string others, string lacks, bool isOtherCase) =>
        UserException.Create("the language model knows none of the words", path, $"words of {others}", lacks,
            isOtherCase ? "its words are the same in another case: train it on texts in that of the model, or leave --lm out"
                : "train one on texts that are written alike, or leave --lm out");

    public static UserException TokensOnly(string path) =>
        UserException.Create("a language model of words, without a lexicon", path,
            "one of tokens, which flashlight's search scores one by one", "one of words", "give --lexicon, or search with --search beam");

    public static UserException NotFinite(string path) =>
        UserException.Create("the model's output is not finite for sound that is", path, "numbers", "NaN or infinity",
            "its weights are too large to compute with: take another checkpoint");

    public static UserException Needs(string option, string needed, string found = "none") =>
        UserException.Create("an option without effect", option, needed, found, "leave it out, or give what it needs");

    public static UserException Bound(string option, string expected, string found) =>
        UserException.Create("bad value", option, expected, found);

    public static UserException NoHead(string path) =>
        UserException.Create("a model without a CTC output layer", path, "a fine-tuned model", "a pre-training model",
            "fine-tune it first: what it was trained on is no text");

    public static UserException NoTokens(string path) =>
        UserException.Create("a model that does not say what its outputs mean", path, "a vocabulary (vocab.json, dict.ltr.txt)",
            "numbered outputs", "copy it beside the model");

    public static UserException SeveralOfOneName(string name) =>
        UserException.Create("several recordings of one name", "--out", "one file for each", $"'{PrintableText.Of(name)}'",
            "list them in a manifest, whose paths tell them apart");

    public static UserException OneFileEach(string format) =>
        UserException.Create("several recordings in one stream", "--format", $"one recording for {format} on standard output", "several",
            "give a folder with --out");

    public static UserException AlreadyThere(string path) =>
        UserException.Create("there is something already", path, next: "choose another folder, or replace it with --force");
}
