using System.Globalization;
using HubertSharp.Runs;

namespace HubertSharp.LanguageModels;

internal static class LanguageModelFaults
{
    private const string Anew = "make the file anew, or fetch it again";

    public static UserException Missing(string path) => UserException.Create("no such file", path, next: "check the path");

    public static UserException NotAModel(string where, string found) =>
        UserException.Create("not an n-gram model", where, "\\data\\ on its first line, as ARPA files have it, or hubert's binary form",
            Quoted(found), "train one with 'hubert lm train'");

    public static UserException CountLine(string where, int order, string found) =>
        UserException.Create("malformed head of an ARPA file", where, $"'ngram {order}=' and a number", Quoted(found), Anew);

    public static UserException Order(string where, string found) =>
        UserException.Create("n-grams that are too long", where, $"at most {NgramModel.MaximumOrder} words", Quoted(found),
            "check that the file is whole, or take a model of a lower order");

    public static UserException Section(string where, string expected, string found, int order, long count) =>
        UserException.Create("a part of the ARPA file is missing", where,
            order > 0 ? $"{expected} behind {Counted.Of(count, $"{order}-gram")}" : expected, found.Length == 0 ? "the end" : Quoted(found),
            Anew);

    public static UserException Count(string where, int order, long expected, long found) =>
        UserException.Create($"another number of {order}-grams than the head of the file says", where, $"{expected:#,0}",
            found > expected ? $"{found:#,0} or more" : $"{found:#,0}", Anew);

    public static UserException Number(string where, string expected, string found) =>
        UserException.Create("not a number", where, expected, Quoted(found), Anew);

    public static UserException Positive(string where, float found) =>
        UserException.Create("a probability above 1", where, "a log10 probability of at most 0",
            found.ToString(CultureInfo.InvariantCulture), "the file may hold plain probabilities or natural logarithms of costs; " + Anew);

    public static UserException Words(string where, int expected, int found) =>
        UserException.Create("not an entry of this section", where, $"a number, {Counted.Of(expected, "word")}, and a weight or nothing",
            found > expected ? "more" : Counted.Of(found, "word"), Anew);

    public static UserException UnknownWord(string where, string word) =>
        UserException.Create("a word that the 1-grams do not have", where, found: Quoted(word), next: Anew);

    public static UserException Backoff(string where, int order, string found) =>
        UserException.Create($"a back-off weight where the longest n-grams have none", where, $"nothing behind {order} words",
            Quoted(found),
            Anew);

    public static UserException Duplicate(string where, string found) =>
        UserException.Create("this n-gram is there twice", where, "each one once", Quoted(found), "remove one of the two");

    public static UserException NotUtf8(string where) =>
        UserException.Create("not UTF-8", where, "UTF-8", "other bytes", "write it anew: iconv -f GB18030 -t UTF-8 OLD > NEW");

    public static UserException NoMarker(string path, string marker) =>
        UserException.Create($"the 1-grams have no {marker}", path, "<s> and </s>, which begin and end a sentence", "none",
            "train the model on sentences");

    public static UserException Inconsistent() =>
        UserException.Create("the binary n-gram model is damaged", next: "make it anew with 'hubert lm convert'");

    private static string Quoted(string text) => $"'{PrintableText.Of(text)}'";
}
