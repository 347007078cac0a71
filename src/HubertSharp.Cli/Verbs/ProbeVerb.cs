using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Pipelines;
using HubertSharp.Probing;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert probe</c>: a linear classifier on frozen features, or with <c>--task</c> a small head in SUPERB's manner.</summary>
internal static class ProbeVerb
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly string[] Header =
        ["features", "dimensions", "held out", "folds", "classes", "examples", "accuracy", "95% over recordings", "95% over speakers",
            "chance", "majority"];

    public static Command Create()
    {
        var manifest = new Option<string[]>("--manifest")
        {
            Description = "Manifests (.tsv); their utterances are taken together.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var test = new Option<string[]>("--test")
        {
            Description = "Manifests among them whose examples are scored; the others are only learnt from. Without it all are scored. With --task: "
                + "manifests that are scored, none of which is among them.",
            AllowMultipleArgumentsPerToken = true,
        };
        var reference = new Option<string?>("--reference")
        {
            Description =
                "Alignment: in samples (zh_labels.tsv, *.phn.tsv), TextGrid, CTM, LibriSpeech's or TIMIT's, a file or a folder of "
                    + "them (docs/evaluation.md).",
        };
        var features = new Option<string[]>("--features")
        {
            Description = "Acoustic features to compare with: mfcc, fbank.",
            AllowMultipleArgumentsPerToken = true,
        };
        features.AcceptOnlyFromAmong("mfcc", "fbank");
        var model = new Option<string[]>("--model")
        {
            Description = "Checkpoint or run folders, each with :LAYER or :LAYER,LAYER; without, every layer. With --task also fairseq's and "
                + "Hugging Face's, and the input of the first layer among the hidden states.",
            AllowMultipleArgumentsPerToken = true,
        };
        var untrained = new Option<bool>("--random-init")
        {
            Description = "Compare also with models of the same configurations with fresh random weights.",
        };
        var keepDigits = new Option<bool>("--keep-digits")
        {
            Description = "Classes with tone and stress digits; without it they are removed.",
        };
        var holdOut = new Option<HeldOut[]>("--hold-out")
        {
            Description =
                "What to test on: speaker (never heard), recording (files never heard, of known speakers), pronunciation (a label "
                    + "with its tone never heard from this speaker), or several.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [HeldOut.Speaker],
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Decides what the penalty is chosen on, and the random weights.",
            DefaultValueFactory = _ => new ProbeOptions().Seed,
        };
        var probing = new ProbingArguments();
        var precision = ModelOptions.Precision();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("probe",
            "How well a linear classifier on frozen features names the syllables or phones of speakers, recordings or pronunciations "
            + "that it was not trained on: "
            + "multinomial logistic regression on the mean of each segment's frames, standardised per speaker. With --task one of SUPERB's "
            + "small heads instead.")
        {
            manifest, test, reference, features, model, untrained, keepDigits, holdOut, seed, precision, json, probing.Task, probing.Valid,
            probing.Labels, probing.Normalize, probing.Rates, probing.Steps, probing.Batch, probing.Accumulate, probing.Projector,
            probing.Clip, probing.CountUnseen, probing.Out,
        };
        command.WithExample(
            "hubert probe --manifest data/train.tsv data/valid.tsv --reference data/zh_labels.tsv --features mfcc --model runs/it1:3 "
            + "runs/it2 --random-init");
        command.WithExample(
            "hubert probe --task ctc-phone --manifest data/train.tsv --valid data/valid.tsv --test data/test.tsv --reference data/zh_labels.tsv "
            + "--model runs/it2 --features mfcc --random-init --normalize");
        command.WithExample(
            "hubert probe --task speaker --manifest data/train.tsv --test data/test.tsv --labels utt2spk --model hubert_base_ls960.pt");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            if (parsed.GetValue(probing.Task) is not null)
            {
                var asked = probing.Options(parsed, parsed.GetValue(manifest)!, parsed.GetValue(test)!, parsed.GetValue(reference)) with
                {
                    Mfcc = parsed.GetValue(features)?.Contains("mfcc") == true,
                    Fbank = parsed.GetValue(features)?.Contains("fbank") == true,
                    Models = [.. (parsed.GetValue(model) ?? []).Select(ModelSpec.Parse)],
                    Untrained = parsed.GetValue(untrained),
                    RemoveDigits = !parsed.GetValue(keepDigits),
                    Precision = ModelOptions.PrecisionOf(parsed.GetValue(precision)),
                    Seed = (int)(parsed.GetValue(seed) & int.MaxValue),
                };
                ProbingTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
                    stages => ProbingRun.Run(asked, stages, Console.Error.WriteLine, cancellation)), asked.Out, parsed.GetValue(json));
                return CommandHost.Done;
            }
            var options = new ProbeRunOptions
            {
                ManifestPaths = parsed.GetValue(manifest)!,
                TestManifestPaths = [.. parsed.GetValue(test) ?? []],
                ReferencePath = parsed.GetValue(reference)!,
                Mfcc = parsed.GetValue(features)?.Contains("mfcc") == true,
                Fbank = parsed.GetValue(features)?.Contains("fbank") == true,
                Models = [.. (parsed.GetValue(model) ?? []).Select(ModelSpec.Parse)],
                Untrained = parsed.GetValue(untrained),
                RemoveDigits = !parsed.GetValue(keepDigits),
                HeldOut = [.. parsed.GetValue(holdOut)!.Distinct()],
                Precision = ModelOptions.PrecisionOf(parsed.GetValue(precision)),
                Probe = new ProbeOptions { Seed = parsed.GetValue(seed) },
            };
            Print(Run(options, cancellation), parsed.GetValue(json));
            return CommandHost.Done;
        }));
        command.Validators.Add(result =>
        {
            if (result.GetValue(probing.Task) is not null)
                probing.Check(result, test, reference);
            else if (result.GetValue(reference) is null)
                result.AddError("Option '--reference' is required.");
            else if ((result.GetValue(test) ?? []).FirstOrDefault(t => result.GetValue(manifest)?.Contains(t) != true) is { } other)
                result.AddError($"--test {other} is not among --manifest: name it in both");
            if (result.GetResult(features) is null && result.GetResult(model) is null)
                result.AddError("nothing to probe: give --features mfcc, --model PATH, or both");
        });
        return command;
    }

    private static IReadOnlyList<ProbeResult> Run(ProbeRunOptions options, CancellationToken cancellation)
    {
        using var progress = ConsoleProgress.Start("probe", unit: "files");
        return ProbeRun.Run(options, progress, cancellation);
    }

    private static void Print(IReadOnlyList<ProbeResult> results, bool json)
    {
        if (json)
            JsonOutput.Write(results, Json);
        else
            PlainTable.Write(Console.Out, Header, results.Select(Cells));
        if (json)
            return;
        foreach (var result in results)
        {
            foreach (var difference in result.Differences)
                Console.WriteLine(IntervalText.Of(
                    $"Accuracy on held-out {result.HeldOut.ToString().ToLowerInvariant()}s, {result.Features.Name} less {difference.Than}",
                    difference.Paired, value => IntervalText.Signed(value, "0.000")));
        }
    }

    private static string Share(double value) => $"{value:0.000}";

    private static string[] Cells(ProbeResult result) =>
    [
        result.Features.Name, $"{result.Features.Dimensions}", result.HeldOut.ToString().ToLowerInvariant(), $"{result.Folds}",
        $"{result.Classes}", $"{result.Examples}",
        $"{result.Accuracy:0.000}", IntervalText.Cell(result.Intervals, ResampledUnit.Utterances, Share),
        IntervalText.Cell(result.Intervals, ResampledUnit.Speakers, Share), $"{result.Chance:0.0000}", $"{result.Majority:0.0000}",
    ];
}
