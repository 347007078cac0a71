using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Runs.Recipes;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert pipeline</c>: a recipe from recordings to the report.</summary>
internal static class PipelineVerb
{
    public static Command Create()
    {
        var recipe = new Argument<string>("RECIPE")
        {
            Description = $"A recipe file, or one of the bundled: {string.Join(", ", RecipeFile.Names)}.",
        };
        var shared = new PipelineArguments("runs/NAME of the recipe");
        var share = new ProcessArguments("Share the stages that take long among so many processes of this machine, started by mpirun. An "
            + "update takes optimization.update_freq micro-batches of each.");
        var command = new Command("pipeline",
            "Run a recipe: corpus, features, clusters, labels, pre-training, as often as it has iterations, "
            + "then the evaluation and a report. Stages that are done and unchanged are left out.")
        {
            recipe,
        };
        shared.AddTo(command);
        command.Add(share.Processes);
        command.SetAction((parsed, cancellation) => FirstThread.Run(
            () =>
            {
                var read = RecipeFile.Read(parsed.GetValue(recipe)!, parsed.GetValue(shared.Overrides) ?? []);
                var folder = parsed.GetValue(shared.Out) ?? Path.Combine("runs", read.Name);
                return share.Run(parsed, folder, replicas => PipelineConsole.Run(
                    read, folder, parsed.GetValue(shared.Force)!, shared.LanguageOf(parsed), replicas, cancellation), cancellation);
            }));
        return command
            .WithExample("hubert pipeline recipes/demo.yaml --out runs/demo")
            .WithExample("hubert pipeline recipes/base-zh-en.yaml corpus=data --out runs/base optimization.update_freq=[8]");
    }
}
