using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.RunFolders;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Training;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer train</c>: a tokenizer from recordings and a teacher's features of them.</summary>
internal static class TokenizerTrainVerb
{
    private const string SaveDir = "checkpoint.save_dir";

    public static Command Create()
    {
        var training = new TrainingArguments(BundledConfigs.Tokenizers, "", "task.data=DIR task.teacher=runs/iteration2");
        var config = new Argument<string>("CONFIG")
        {
            Description = $"Configuration: {string.Join(", ", BundledConfigs.Tokenizers)}, a YAML file, or the released spt_base_cfg.json.",
        };
        var output = new Option<string?>("--out")
        {
            Description = $"Run folder; the same folder again goes on from its newest checkpoint. Default: {SaveDir}, else "
                + "runs/CONFIG.",
        };
        var command = new Command("train", "Train a tokenizer on recordings and the features of a HuBERT model.")
        {
            config, output, training.StopOnBroken, training.Webhook, training.NoDoctor, training.Share.Processes, training.Overrides,
        };
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            if (training.Share.RunElsewhere(parsed, cancellation) is { } exitCode)
                return exitCode;
            var options = new TrainingOptions { Watch = training.Watch(parsed) };
            var name = parsed.GetValue(config)!;
            var (resolved, folder) = Resolve(name, parsed.GetValue(output), parsed.GetValue(training.Overrides) ?? []);
            TrainingOutput.Run(resolved, folder,
                shared => TokenizerTrainer.Run(resolved, folder, options with
                {
                    Progress = shared.Progress,
                    Notice = shared.Notice,
                    Replicas = shared.Replicas,
                }, cancellation),
                summary => TrainingOutput.Reached(summary, "mel error", ""),
                $"hubert tokenizer encode speech.flac --model {folder} --out codes");
            return CommandHost.Done;
        }));
        return command
            .WithExample("hubert tokenizer train tokenizer_small_cpu task.data=data task.teacher=runs/iteration2 --out runs/tokenizer")
            .WithExample(
                "hubert tokenizer train tokenizer_small_cpu task.data=data task.teacher=runs/iteration2 --out runs/tokenizer --nproc 2")
            .WithExample("hubert tokenizer train spt_base_cfg.json --out runs/tokenizer common.num_threads=8");
    }

    /// <summary>The configuration with its run folder in it.</summary>
    private static (ResolvedConfig<TokenizerTrainingConfig> Config, string Folder) Resolve(string name, string? output, string[] overrides)
    {
        var usual = Path.Combine("runs", Path.GetFileNameWithoutExtension(name));
        string[] Placed(string folder) => [.. overrides, $"{SaveDir}={Path.Combine(folder, RunFolder.CheckpointsName)}"];
        if (output is not null)
            return (ConfigLoader.Load<TokenizerTrainingConfig>(name, Placed(output)), output);
        var loaded = ConfigLoader.Load<TokenizerTrainingConfig>(name, overrides, allowMissing: true);
        var given = loaded.Value.Checkpoint.SaveDir.TrimEnd('/');
        var folder = loaded.Missing.Contains(SaveDir) || given is "" or RunFolder.CheckpointsName
            ? usual
            : TrainingArguments.FolderOfSaveDir(given);
        return (ConfigLoader.Load<TokenizerTrainingConfig>(name, Placed(folder)), folder);
    }
}
