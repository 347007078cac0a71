using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Finetuning;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Training;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert finetune</c>: fairseq-hydra-train for HuBERT's fine-tuning with CTC.</summary>
internal static class FinetuneVerb
{
    public static Command Create()
    {
        var training = new TrainingArguments(BundledConfigs.Finetuning, "finetune_small_cpu is for a small model on a processor",
            "task.data=DIR model.w2v_path=runs/iteration2");
        var command = new Command("finetune", "Fine-tune a pre-trained model with CTC to spell transcripts.")
        {
            training.ConfigName, training.ConfigDir, training.Run, training.ForceLabels, training.StopOnBroken, training.Webhook,
            training.NoDoctor, training.Share.Processes, training.Overrides,
        };
        command.SetAction((parsed, cancellation) => FirstThread.Run(
            () =>
            {
                if (training.Share.RunElsewhere(parsed, cancellation) is { } exitCode)
                    return exitCode;
                var options = new FinetuningOptions
                {
                    ForceLabels = parsed.GetValue(training.ForceLabels),
                    Watch = training.Watch(parsed),
                };
                var (name, folder, overrides) = training.Resolve(parsed);
                var config = ConfigLoader.Load<FinetuningConfig>(name, overrides);
                TrainingOutput.Run(config, folder,
                    shared => Finetuner.Run(config, folder, options with
                    {
                        Progress = shared.Progress,
                        Notice = shared.Notice,
                        Replicas = shared.Replicas,
                    }, cancellation),
                    summary => Done(summary, FinetuningTask.CountsSymbols(config.Value) ? "symbol" : "word"));
                return CommandHost.Done;
            }));
        return command
            .WithExample(
                "hubert finetune --config-name finetune_small_cpu model.w2v_path=runs/iteration2 task.data=data task.label_dir=data "
                + "--run runs/letters")
            .WithExample(
                "hubert finetune --config-name base_10h model.w2v_path=hubert_base_ls960.pt task.data=data task.label_dir=data "
                + "task.pad_audio=true");
    }

    /// <summary>What was reached; what was not measured is left out.</summary>
    internal static string Done(TrainingSummary summary, string unit) => $"{Counted.Of(summary.Updates, "update")} done"
        + (double.IsNaN(summary.ValidHeadline) ? "" : $"; {unit} error rate {summary.ValidHeadline:F1}% on the valid split");
}
