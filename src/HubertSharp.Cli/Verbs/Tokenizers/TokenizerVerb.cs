using System.CommandLine;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer train|encode|decode|resynthesise|evaluate|convert</c>.</summary>
internal static class TokenizerVerb
{
    public static Command Create() =>
        new("tokenizer", "Speech to discrete codes and back with a SpeechTokenizer, as released or trained on features of one's own.")
        {
            TokenizerTrainVerb.Create(), TokenizerEncodeVerb.Create(), TokenizerDecodeVerb.Create(), TokenizerResynthesiseVerb.Create(),
            TokenizerEvaluateVerb.Create(), TokenizerConvertVerb.Create(),
        };

    public static Argument<string[]> Audio() => new("AUDIO")
    {
        Description = "Recordings, and manifests (.tsv) of them; any rate, any number of channels.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string> AudioFormat() => Arguments.ModelOptions.Choice("--format", "wav or flac, 16 bits.", "wav", "flac");
}
