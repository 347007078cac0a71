using System.CommandLine;
using System.CommandLine.Parsing;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Probing;

namespace HubertSharp.Cli.Arguments;

/// <summary>What <c>hubert probe --task</c> takes beside what the linear probe takes.</summary>
internal sealed class ProbingArguments
{
    private readonly ProbeArguments _shared;

    private static readonly Dictionary<string, ProbeTask> s_tasks = new(StringComparer.Ordinal)
    {
        ["phone"] = ProbeTask.Phone,
        ["ctc-phone"] = ProbeTask.CtcPhone,
        ["keyword"] = ProbeTask.Keyword,
        ["speaker"] = ProbeTask.Speaker,
        ["utterance"] = ProbeTask.Utterance,
    };

    /// <param name="shared">What both probes take.</param>
    public ProbingArguments(ProbeArguments shared)
    {
        _shared = shared;
        Task.AcceptOnlyFromAmong([.. s_tasks.Keys]);
        Rates.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double[]>()?.Any(rate => !(rate > 0 && double.IsFinite(rate))) == true)
                result.AddError("--lr takes numbers above 0");
        });
        foreach (var (option, least) in new[] { (Steps, 1), (Batch, 1), (Accumulate, 1), (Projector, 0) })
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int?>() < least)
                    result.AddError($"{option.Name} takes numbers from {least}");
            });
        }
        Clip.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() >= 0))
                result.AddError("--gradient-clipping takes a number from 0, which never clips");
        });
    }

    public Option<string?> Task { get; } = new("--task")
    {
        Description =
            "A probe in SUPERB's manner instead of the linear one: a small head learns from --manifest over a weighted sum of all hidden "
                + "states, and is scored on --test. phone: of every frame; ctc-phone: spelled, by CTC; keyword, utterance: "
            + "the class of each "
                + "utterance; speaker: who speaks.",
    };

    public Option<string[]> Valid { get; } = new("--valid")
    {
        Description = "With --task: manifests that the best step is chosen on; without, the last step is scored.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> Labels { get; } = new("--labels")
    {
        Description =
            "With --task, in the place of --reference: labels without times, one file for each of --manifest, --valid and --test, or "
                + "one whose lines begin with the utterances' names (utt2spk). Several per line for ctc-phone, else one.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<bool> Normalize { get; } = new("--normalize")
    {
        Description = "With --task: layer norm of every hidden state before the sum (s3prl's --upstream_feature_normalize).",
    };

    public Option<double[]> Rates { get; } = new("--lr")
    {
        Description =
            "With --task: learning rate; of several the best on --valid. Default as s3prl: 1e-2 for ctc-phone, 2e-4 for phone, else 1e-4.",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<int?> Steps { get; } = new("--steps")
    {
        Description = $"With --task: steps of every head. Default: {ProbeDefaults.Steps}; s3prl's are 30,000 to 500,000.",
    };

    public Option<int?> Batch { get; } = new("--batch-size")
    {
        Description =
            "With --task: utterances in a batch. Default as s3prl: 32 for phone, 16 ctc-phone, 32 keyword, 8 speaker, 4 utterance.",
    };

    public Option<int?> Accumulate { get; } = new("--accumulate")
    {
        Description = "With --task: batches in a step. Default as s3prl: 2 for ctc-phone, 4 speaker, 8 utterance, else 1.",
    };

    public Option<int?> Projector { get; } = new("--projector-dim")
    {
        Description = "With --task: width of the linear layer before the head, 0 for none. Default as s3prl: 0 for phone, else 256.",
    };

    public Option<double> Clip { get; } = new("--gradient-clipping")
    {
        Description = "With --task: gradient norm that larger ones are scaled down to.",
        DefaultValueFactory = _ => ProbeDefaults.ClipNorm,
    };

    public Option<bool> CountUnseen { get; } = new("--count-unseen")
    {
        Description = "With --task: count labels that training never has as errors; without it they are refused.",
    };

    public Option<string?> Out { get; } = new("--out")
    {
        Description =
            "With --task: folder of probing.json, probing.html and a run folder for each set of features; the same folder again goes "
                + "on. Default: probes/TASK.",
    };

    /// <summary>In the order of the help.</summary>
    public IReadOnlyList<Option> All =>
        [Task, Valid, Labels, Normalize, Rates, Steps, Batch, Accumulate, Projector, Clip, CountUnseen, Out];

    /// <summary>What a task cannot do without, and what is nobody's without one.</summary>
    public void Check(CommandResult result, Option<HeldOut[]> holdOut, Option<int> most)
    {
        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
        if (!IsGiven(Task))
        {
            if (!IsGiven(_shared.Reference))
                result.AddError("Option '--reference' is required.");
            foreach (var option in All.Where(IsGiven))
                result.AddError($"{option.Name} goes with --task");
            return;
        }
        if (!IsGiven(_shared.Test))
            result.AddError("--task scores other recordings than it learns from: name their manifest with --test");
        if (IsGiven(Labels) == IsGiven(_shared.Reference))
            result.AddError("--task takes labels from one of --reference and --labels");
        if (IsGiven(Labels) && result.GetValue(Task) == "phone")
            result.AddError("--task phone needs the times of the phones: give --reference, or --task ctc-phone");
        if (IsGiven(holdOut))
            result.AddError("--hold-out is the linear probe's: with --task name what is scored with --test");
        if (IsGiven(most))
            result.AddError("--examples is the linear probe's: with --task --steps says how long a head learns");
    }

    public ProbingOptions Options(ParseResult parsed) => new()
    {
        Task = s_tasks[parsed.GetValue(Task)!],
        TrainManifests = parsed.GetValue(_shared.Manifest)!,
        ValidManifests = parsed.GetValue(Valid) ?? [],
        TestManifests = parsed.GetValue(_shared.Test)!,
        ReferencePath = parsed.GetValue(_shared.Reference),
        LabelPaths = parsed.GetValue(Labels) ?? [],
        RemoveDigits = !parsed.GetValue(_shared.KeepDigits),
        CountUnseen = parsed.GetValue(CountUnseen),
        Models = _shared.Models(parsed),
        Mfcc = _shared.Asks(parsed, "mfcc"),
        Fbank = _shared.Asks(parsed, "fbank"),
        Untrained = parsed.GetValue(_shared.Untrained),
        Precision = ModelOptions.PrecisionOf(parsed.GetValue(_shared.Precision)),
        Seed = (int)(parsed.GetValue(_shared.Seed) & int.MaxValue),
        Normalize = parsed.GetValue(Normalize),
        LearningRates = [.. (parsed.GetValue(Rates) ?? []).Distinct()],
        Steps = parsed.GetValue(Steps) ?? ProbeDefaults.Steps,
        BatchSize = parsed.GetValue(Batch),
        Accumulate = parsed.GetValue(Accumulate),
        ProjectorDim = parsed.GetValue(Projector),
        ClipNorm = parsed.GetValue(Clip),
        Out = parsed.GetValue(Out) ?? Path.Combine("probes", parsed.GetValue(Task)!),
    };
}
