using System.Globalization;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels;

internal static class LanguageModelFaults
{
    private const string Anew = "make the file anew, or fetch it again";
    private const string Small = "the text is small, or of few different words such as letters: give more text, or --discount-fallback";

    public static UserException Missing(string path) => ReadFaults.Missing(path);

    public static UserException WordTooLong(string where, int bytes, int most) =>
        UserException.Create("a word that is too long for a language model", where,
            $"at most {Counted.Of(most, "byte")} between two blanks",
            $"{bytes:#,0}", "check that it is a text, or take --unit char where no blanks part the words");

    public static UserException Empty(string path) =>
        UserException.Create("the file is empty", path, "an n-gram model", "nothing", "train one with 'hubert lm train'");

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

    public static UserException Damaged(string path, string expected, string found) =>
        UserException.Create("the binary n-gram model is damaged", path, expected, found, "make it anew with 'hubert lm convert'");

    public static UserException OutOfRange(string option, string expected, string found) =>
        UserException.Create($"{option} is out of range", expected: expected, found: found);

    public static UserException NoDiscount(int order, int count) =>
        UserException.Create($"the discounts of {order}-grams cannot be estimated",
            expected: $"{order}-grams that were counted {Times(count)}",
            found: "none", next: Small);

    public static UserException Discount(int order, int count, double found) =>
        UserException.Create($"the discount of {order}-grams that were counted {Times(count)} is impossible", expected: $"0 to {count}",
            found: found.ToString("0.####", CultureInfo.InvariantCulture), next: Small);

    public static UserException ReservedWord(string where, string word) =>
        UserException.Create("a word that has its own meaning in the model", where, "words other than <s>, </s> and <unk>", Quoted(word),
            "remove it: each line is a sentence and needs no marks");

    public static UserException NoText(string path) =>
        UserException.Create("no word in the texts", path, "a sentence per line", "none", "check the path");

    public static UserException NoWords(string path) => UserException.Create("no word in the list", path, "a word per line", "none");

    public static UserException WordListOfUnit(object unit) =>
        UserException.Create("--word-list goes with --unit word", expected: "word", found: unit.ToString()!.ToLowerInvariant(),
            next: "leave one of the two out");

    public static UserException TooLarge(long most) =>
        UserException.Create("a model that is too large", expected: $"at most {most:#,0} n-grams of one order", found: "more",
            next: "prune it: hubert lm train --prune 0 1 1");

    public static UserException Inconsistent() =>
        UserException.Create("the binary n-gram model is damaged", next: "make it anew with 'hubert lm convert'");

    private static string Times(int count) => count switch
    {
        1 => "once",
        2 => "twice",
        _ => "three times",
    };

    private static string Quoted(string text) => $"'{PrintableText.Of(text)}'";
}
