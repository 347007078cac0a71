using System.CommandLine;
using HubertSharp.Evaluation.Probe;

namespace HubertSharp.Cli.Arguments;

/// <summary>What both probes take: recordings, labels and features.</summary>
internal sealed class ProbeArguments
{
    public ProbeArguments() => Features.AcceptOnlyFromAmong("mfcc", "fbank");

    public Option<string[]> Manifest { get; } = new("--manifest")
    {
        Description = "Manifests (.tsv); their utterances are taken together.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> Test { get; } = new("--test")
    {
        Description = "Manifests among them whose examples are scored; the others are only learnt from. Without it all are scored. "
            + "With --task: manifests that are scored, none of which is among them.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string?> Reference { get; } = new("--reference")
    {
        Description =
            "Alignment: in samples (zh_labels.tsv, *.phn.tsv), TextGrid, CTM, LibriSpeech's or TIMIT's, a file or a folder of "
                + "them (docs/evaluation.md).",
    };

    public Option<string[]> Features { get; } = new("--features")
    {
        Description = "Acoustic features to compare with: mfcc, fbank.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> Model { get; } = new("--model")
    {
        Description =
            "Checkpoint or run folders, fairseq's .pt or Hugging Face's folders, each with :LAYER or :LAYER,LAYER; without, every "
                + "layer. With --task layer 0 is one of them, what the first layer is given.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<bool> Untrained { get; } = new("--random-init")
    {
        Description = "Compare also with models of the same configurations with fresh random weights.",
    };

    public Option<bool> KeepDigits { get; } = new("--keep-digits")
    {
        Description = "Classes with tone and stress digits; without it they are removed.",
    };

    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description =
            "Decides what the penalty is chosen on, and the random weights. With --task also batches and the head's first weights.",
        DefaultValueFactory = _ => new ProbeOptions().Seed,
    };

    public Option<string> Precision { get; } = ModelOptions.Precision();

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of the table." };

    public IReadOnlyList<ModelSpec> Models(ParseResult parsed) => [.. (parsed.GetValue(Model) ?? []).Select(ModelSpec.Parse)];

    public bool Asks(ParseResult parsed, string features) => parsed.GetValue(Features)?.Contains(features) == true;
}
