using HubertSharp.Models;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Finetuning;

/// <summary>One collated batch with the transcripts of its rows.</summary>
/// <param name="Batch">Waveforms, lengths and masks in host memory.</param>
/// <param name="Targets">Per row the classes of its transcript.</param>
/// <param name="Utterances">Index of each row's utterance within the manifest.</param>
/// <param name="Languages">Language of each row, null where the manifest does not say.</param>
internal sealed record FinetuningBatch(HubertBatch Batch, int[][] Targets, int[] Utterances, string?[] Languages)
{
    /// <summary>Number of the micro-batch within its update, from 0, counted over all processes.</summary>
    public int Micro { get; init; }

    /// <summary>Whether a row's transcript holds both Chinese and Latin letters.</summary>
    public required bool[] AreCodeSwitched { get; init; }

    /// <summary>
    /// What a row's figures are counted with, beside all: its language, and the code-switched utterances where it is one.
    /// </summary>
    public IEnumerable<string> Parts(int row) => PartsOf(Languages[row], AreCodeSwitched[row]);

    /// <summary>The same of an utterance.</summary>
    public static IEnumerable<string> PartsOf(string? language, bool isCodeSwitched)
    {
        if (language is not null)
            yield return language;
        if (isCodeSwitched && language != TextScripts.CodeSwitchedKey)
            yield return TextScripts.CodeSwitchedKey;
    }

    /// <summary>Audio in the batch without padding.</summary>
    public long AudioSamples => Batch.LengthsSamples.Sum();
}
