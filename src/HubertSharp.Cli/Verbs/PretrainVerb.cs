using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Pretraining;
using HubertSharp.Runs.Configuration;
using HubertSharp.Training;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert pretrain</c>: fairseq-hydra-train for the task hubert_pretraining.</summary>
internal static class PretrainVerb
{
    public static Command Create()
    {
        var training = new TrainingArguments(BundledConfigs.Pretraining, "hubert_small_cpu is for a processor and a first try",
            "task.data=DIR optimization.lr=[0.00025]");
        var newLabels = new Option<bool>("--new-labels")
        {
            Description = "With checkpoint.finetune_from_model: other labels than the model's, although as many classes; "
                + "their embeddings are drawn anew.",
        };
        var command = new Command("pretrain", "Pre-train a HuBERT model from a manifest and its labels.")
        {
            training.ConfigName, training.ConfigDir, training.Run, training.ForceLabels, newLabels, training.StopOnBroken, training.Webhook,
            training.NoDoctor, training.Share.Processes, training.Overrides,
        };
        command.SetAction((parsed, cancellation) => FirstThread.Run(
            () =>
            {
                if (training.Share.RunElsewhere(parsed, cancellation) is { } exitCode)
                    return exitCode;
                var options = new PretrainingOptions
                {
                    ForceLabels = parsed.GetValue(training.ForceLabels),
                    NewLabels = parsed.GetValue(newLabels),
                    Watch = training.Watch(parsed),
                };
                var (name, folder, overrides) = training.Resolve(parsed);
                var config = ConfigLoader.Load(name, overrides);
                TrainingOutput.Run(config, folder,
                    shared => Pretrainer.Run(config, folder, options with
                    {
                        Progress = shared.Progress,
                        Notice = shared.Notice,
                        Replicas = shared.Replicas,
                    }, cancellation), Done);
                return CommandHost.Done;
            }));
        return command
            .WithExample(
                "hubert pretrain --config-name hubert_base_librispeech task.data=data task.label_dir=labels model.label_rate=100 "
                + "--run runs/iteration1")
            .WithExample(
                "hubert pretrain --config-name hubert_base_librispeech task.data=zh task.label_dir=labels model.label_rate=50 "
                + "checkpoint.finetune_from_model=hubert_base_ls960.pt")
            .WithExample(
                "hubert pretrain --config-name hubert_base_librispeech task.data=data task.label_dir=labels model.label_rate=100 "
                + "--run runs/iteration1 --nproc 4");
    }

    internal static string Done(TrainingSummary summary) => TrainingOutput.Reached(summary, "masked loss", " bits");
}
