using HubertSharp.Runs.Labels;

namespace HubertSharp.Runs.Transcripts;

/// <summary>From the classes of a dictionary to words, as fairseq's <c>Dictionary.string</c> and <c>post_process</c> do it.</summary>
public static class WordsOfSymbols
{
    /// <summary>The symbols of some classes: fairseq leaves <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c> out and shows the rest.</summary>
    public static IEnumerable<string> Symbols(LabelDictionary dictionary, IEnumerable<int> classes) =>
        classes.Where(c => c is not (LabelDictionary.Bos or LabelDictionary.Eos)).Select(c => dictionary.Symbols[c]);

    /// <summary>The words that symbols spell.</summary>
    /// <param name="symbols">One after the other.</param>
    /// <param name="postProcess">A value of <c>criterion.post_process</c>.</param>
    public static string[] Of(IEnumerable<string> symbols, string postProcess) => Split(postProcess switch
    {
        "letter" => string.Concat(symbols).Replace('|', ' '),
        "sentencepiece" => string.Concat(symbols).Replace('▁', ' '),
        "wordpiece" => string.Concat(symbols).Replace('_', ' '),
        _ => string.Join(' ', symbols),
    });

    private static string[] Split(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
