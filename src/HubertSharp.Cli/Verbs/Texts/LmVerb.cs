using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.LanguageModels.Training;

namespace HubertSharp.Cli.Verbs.Texts;

/// <summary><c>hubert lm train|score|convert</c>.</summary>
internal static class LmVerb
{
    public static Command Create() =>
        new("lm", "N-gram language models for decoding: train them, score texts by them, and turn one form into the other.")
        {
            LmTrainVerb.Create(), LmScoreVerb.Create(), LmConvertVerb.Create(),
        };

    public static Option<string> Unit() => ModelOptions.Choice("--unit",
        "word: what blanks part; char: each character, for Chinese; letter: each character and '|' behind every word, for models that "
        + "write letters.", "word", "char", "letter");

    public static Option<string?> WordList() => new("--word-list")
    {
        Description = "Words, one per line, that texts without blanks are made of: the longest that fits is taken each time.",
    };

    public static Argument<string[]> Texts() => new("TEXT")
    {
        Description = "Text files, a sentence per line, plain or packed by gzip; '-' is standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static NgramUnit UnitOf(string? name) => Enum.Parse<NgramUnit>(name!, ignoreCase: true);
}
