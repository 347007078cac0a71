using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert pretrain</c>: fairseq-hydra-train for the task hubert_pretraining.</summary>
internal static class PretrainVerb
{
    public static Command Create()
    {
        var configName = new Option<string?>("--config-name")
        {
            Description = $"A bundled configuration ({string.Join(", ", BundledConfigs.Names)}), or a file with --config-dir.",
        };
        var configDir = new Option<DirectoryInfo?>("--config-dir") { Description = "Folder of your own configuration files." };
        var run = new Option<string?>("--run")
        {
            Description = "Run folder; the same folder again goes on from its newest checkpoint. Default: hydra.run.dir, "
                + "checkpoint.save_dir, else runs/CONFIG-NAME.",
        };
        var force = new Option<bool>("--force-labels") { Description = "Train although the label check found what cannot work." };
        var newLabels = new Option<bool>("--new-labels")
        {
            Description = "With checkpoint.finetune_from_model: other labels than the model's, although as many classes; "
                + "their embeddings are drawn anew.",
        };
        var stopOnBroken = new Option<bool>("--stop-on-broken")
        {
            Description = "Write a checkpoint and stop (exit code 1) once the doctor finds the run broken.",
        };
        var webhook = new Option<string?>("--webhook")
        {
            Description =
                $"Post what the doctor finds at validations to this http(s) address, as JSON with a field text. "
                + $"An address that is a secret goes into the environment variable {WebhookAddress.Variable}: "
                + $"others can see a command line.",
        };
        var noDoctor = new Option<bool>("--no-doctor") { Description = "No look at the curves at validations." };
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Overrides such as task.data=DIR optimization.lr=[0.00025].",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("pretrain", "Pre-train a HuBERT model from a manifest and its labels.")
        {
            configName, configDir, run, force, newLabels, stopOnBroken, webhook, noDoctor, overrides,
        };
        command.SetAction((parsed, cancellation) => FirstThread.Run(
            () =>
            {
                var options = new PretrainingOptions
                {
                    ForceLabels = parsed.GetValue(force),
                    NewLabels = parsed.GetValue(newLabels),
                    Watch = new TrainingWatchOptions
                    {
                        Enabled = !parsed.GetValue(noDoctor),
                        StopOnBroken = parsed.GetValue(stopOnBroken),
                        Webhook = WebhookAddress.Of(parsed.GetValue(webhook), Environment.GetEnvironmentVariable(WebhookAddress.Variable)),
                    },
                };
                var name = parsed.GetValue(configName) ?? throw UserException.Create("which configuration?", "--config-name",
                    $"one of {string.Join(", ", BundledConfigs.Names)}, or your own with --config-dir", "none",
                    "hubert_small_cpu is for a processor and a first try");
                Run(name, parsed.GetValue(configDir)?.FullName, parsed.GetValue(run), options,
                    parsed.GetValue(overrides) ?? [], cancellation);
            }));
        return command
            .WithExample(
                "hubert pretrain --config-name hubert_base_librispeech task.data=data task.label_dir=labels model.label_rate=100 "
                + "--run runs/iteration1")
            .WithExample(
                "hubert pretrain --config-name hubert_base_librispeech task.data=zh task.label_dir=labels model.label_rate=50 "
                + "checkpoint.finetune_from_model=hubert_base_ls960.pt");
    }

    private static void Run(
        string configName, string? configDir, string? run, PretrainingOptions options, string[] overrides, CancellationToken cancellation)
    {
        var folder = RunFolderOf(run, configName, overrides);
        string[] all = overrides.Any(o => o.TrimStart('+').StartsWith("checkpoint.save_dir=", StringComparison.Ordinal))
            ? overrides
            : [.. overrides, $"checkpoint.save_dir={Path.Combine(folder, RunFolder.CheckpointsName)}"];
        var config = ConfigLoader.Load(configDir is null ? configName : Path.Combine(configDir, configName), all);
        using var view = new PretrainingView(config.Value.Common.NoProgressBar);
        foreach (var notice in config.Notices)
            view.WriteLine(notice);
        view.WriteLine($"run folder: {folder}");
        var summary = Pretrainer.Run(config, folder, options with { Progress = view, Notice = view.WriteLine }, cancellation);
        view.Dispose();
        Console.WriteLine(Done(summary));
        if (summary.SkippedUpdates > 0)
            Console.WriteLine(
                $"{Counted.Of(summary.SkippedUpdates, "update")} skipped, because something was not finite: "
                    + $"see {Path.Combine(folder, RunFolder.LogName)}");
        Console.WriteLine($"checkpoint: {summary.CheckpointFolder}");
        if (summary.StoppedAsBroken)
            throw UserException.Create("stopped, because the doctor finds the run broken", folder,
                next: $"'hubert doctor {folder}' says why; the same command goes on from the checkpoint");
        Console.WriteLine($"next: hubert doctor {folder}");
    }

    /// <summary>What was reached; what was not measured, as in a start that found nothing left to train, is left out.</summary>
    internal static string Done(TrainingSummary summary)
    {
        (double Value, string Where)[] losses = [(summary.TrainHeadline, "in training"), (summary.ValidHeadline, "on the valid split")];
        var measured = losses.Where(l => !double.IsNaN(l.Value)).Select(l => $"{l.Value:F3} bits {l.Where}").ToArray();
        return $"{Counted.Of(summary.Updates, "update")} done"
            + (measured.Length > 0 ? $"; masked loss {string.Join(", ", measured)}" : "");
    }

    private static string RunFolderOf(string? run, string configName, string[] overrides)
    {
        if (run is not null)
            return run;
        if (Value("hydra.run.dir") is { } hydra)
            return hydra;
        if (Value("checkpoint.save_dir") is { } saveDir)
            return Path.GetFileName(saveDir.TrimEnd('/')) == RunFolder.CheckpointsName
                ? Path.GetDirectoryName(saveDir.TrimEnd('/'))!
                : saveDir;
        return Path.Combine("runs", Path.GetFileNameWithoutExtension(configName));

        string? Value(string key) => overrides.Select(o => o.TrimStart('+'))
            .LastOrDefault(o => o.StartsWith($"{key}=", StringComparison.Ordinal))?[(key.Length + 1)..];
    }
}
