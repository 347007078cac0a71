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
        var command = new Command("pipeline",
            "Run a recipe: corpus, features, clusters, labels, pre-training, as often as it has iterations, "
            + "then the evaluation and a report. Stages that are done and unchanged are left out.")
        {
            recipe,
        };
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) => FirstThread.Run(
            () =>
            {
                var read = RecipeFile.Read(parsed.GetValue(recipe)!, parsed.GetValue(shared.Overrides) ?? []);
                var folder = parsed.GetValue(shared.Out) ?? Path.Combine("runs", read.Name);
                PipelineConsole.Run(read, folder, parsed.GetValue(shared.Force)!, shared.LanguageOf(parsed), cancellation);
            }));
        return command
            .WithExample("hubert pipeline recipes/demo.yaml --out runs/demo")
            .WithExample("hubert pipeline recipes/base-zh-en.yaml corpus=data --out runs/base optimization.update_freq=[8]");
    }
}
