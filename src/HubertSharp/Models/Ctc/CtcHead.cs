using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Models.Ctc;

// V tokens, D encoder width.

/// <summary>The output layer of a model that was fine-tuned with CTC, over the encoder's last, normalised output.</summary>
/// <param name="Weight">[V, D].</param>
/// <param name="Bias">[V].</param>
/// <param name="Tokens">The token of each output, in transformers' words: <c>&lt;pad&gt;</c> is CTC's blank.</param>
/// <param name="Blank">Output of the blank; 0 in every published model.</param>
public sealed record CtcHead(SafetensorsTensor Weight, SafetensorsTensor Bias, IReadOnlyList<string> Tokens, int Blank)
{
    /// <summary>The token between words.</summary>
    public const string WordDelimiter = CtcAlphabet.WordDelimiter;

    /// <summary>The tokens as parts of text.</summary>
    internal CtcAlphabet Alphabet => new(Tokens, Blank);
}
