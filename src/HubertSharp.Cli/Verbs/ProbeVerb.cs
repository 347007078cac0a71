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

/// <summary><c>hubert probe</c>: a linear classifier on frozen features, or with <c>--task</c> one of SUPERB's small heads.</summary>
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
        var shared = new ProbeArguments();
        var probing = new ProbingArguments(shared);
        var holdOut = new Option<HeldOut[]>("--hold-out")
        {
            Description =
                "What to test on: speaker (never heard), recording (files never heard, of known speakers), pronunciation (a label "
                    + "with its tone never heard from this speaker), or several.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [HeldOut.Speaker],
        };
        var most = new Option<int>("--examples")
        {
            Description = "Most examples that a classifier learns from, about: whole recordings, by the seed. Time grows with them.",
            DefaultValueFactory = _ => new ProbeOptions().MostExamples,
        };
        most.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 2)
                result.AddError("--examples takes numbers from 2");
        });
        var command = new Command("probe",
            "How well a linear classifier on frozen features names the syllables or phones of speakers, recordings or pronunciations "
            + "that it was not trained on: "
            + "multinomial logistic regression on the mean of each segment's frames, standardised per speaker. With --task one of SUPERB's "
            + "small heads instead (docs/probing.md).")
        {
            shared.Manifest, shared.Test, shared.Reference, shared.Features, shared.Model, shared.Untrained, shared.KeepDigits, holdOut,
            most, shared.Seed, shared.Precision, shared.Json,
        };
        foreach (var option in probing.All)
            command.Options.Add(option);
        command.WithExample(
            "hubert probe --manifest data/train.tsv data/valid.tsv --reference data/zh_labels.tsv --features mfcc --model runs/it1:3 "
            + "runs/it2 --random-init");
        command.WithExample(
            "hubert probe --task ctc-phone --manifest data/train.tsv --valid data/valid.tsv --test data/test.tsv --reference "
            + "data/zh_labels.tsv "
            + "--model runs/it2 --features mfcc --random-init --normalize");
        command.WithExample(
            "hubert probe --task speaker --manifest data/train.tsv --test data/test.tsv --labels utt2spk --model hubert_base_ls960.pt");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            if (parsed.GetValue(probing.Task) is not null)
                RunTask(probing.Options(parsed), parsed.GetValue(shared.Json), cancellation);
            else
                Print(Run(Options(parsed, shared, holdOut, most), cancellation), parsed.GetValue(most), parsed.GetValue(shared.Json));
            return CommandHost.Done;
        }));
        command.Validators.Add(result =>
        {
            probing.Check(result, holdOut, most);
            if (result.GetValue(probing.Task) is null && (result.GetValue(shared.Test) ?? [])
                .FirstOrDefault(t => result.GetValue(shared.Manifest)?.Contains(t) != true) is { } other)
                result.AddError($"--test {other} is not among --manifest: name it in both");
            if (result.GetResult(shared.Features) is null && result.GetResult(shared.Model) is null)
                result.AddError("nothing to probe: give --features mfcc, --model PATH, or both");
        });
        return command;
    }

    private static ProbeRunOptions Options(ParseResult parsed, ProbeArguments shared, Option<HeldOut[]> holdOut, Option<int> most) => new()
    {
        ManifestPaths = parsed.GetValue(shared.Manifest)!,
        TestManifestPaths = [.. parsed.GetValue(shared.Test) ?? []],
        ReferencePath = parsed.GetValue(shared.Reference)!,
        Mfcc = shared.Asks(parsed, "mfcc"),
        Fbank = shared.Asks(parsed, "fbank"),
        Models = shared.Models(parsed),
        Untrained = parsed.GetValue(shared.Untrained),
        RemoveDigits = !parsed.GetValue(shared.KeepDigits),
        HeldOut = [.. parsed.GetValue(holdOut)!.Distinct()],
        Precision = ModelOptions.PrecisionOf(parsed.GetValue(shared.Precision)),
        Probe = new ProbeOptions { Seed = parsed.GetValue(shared.Seed), MostExamples = parsed.GetValue(most) },
    };

    private static void RunTask(ProbingOptions options, bool json, CancellationToken cancellation) =>
        ProbingTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
            stages => ProbingRun.Run(options, stages, Console.Error.WriteLine, cancellation)), options.Out, json);

    private static IReadOnlyList<ProbeResult> Run(ProbeRunOptions options, CancellationToken cancellation)
    {
        using var progress = ConsoleProgress.Start("probe", unit: "files");
        return ProbeRun.Run(options, progress, cancellation);
    }

    private static void Print(IReadOnlyList<ProbeResult> results, int most, bool json)
    {
        if (json)
            JsonOutput.Write(results, Json);
        else
            PlainTable.Write(Console.Out, Header, results.Select(Cells));
        if (json)
            return;
        if (results.Any(result => result.Learnt >= most))
            Console.WriteLine(
                $"Each classifier learnt from about {most:N0} examples of whole recordings; --examples takes more, and longer.");
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
