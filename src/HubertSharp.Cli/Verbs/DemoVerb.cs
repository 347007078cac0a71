using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Distributed;
using HubertSharp.Runs.Recipes;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert demo</c>: the bundled recipe of that name, which needs nothing but a network for its recordings.</summary>
internal static class DemoVerb
{
    private const string Folder = "demo-run";

    public static Command Create()
    {
        var shared = new PipelineArguments(Folder);
        var command = new Command("demo",
            "The whole road on real Mandarin and English speech: two iterations of HuBERT in a few minutes, "
            + "and a report that says what came out.");
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) => FirstThread.Run(
            () => PipelineConsole.Run(
                RecipeFile.Read("demo", parsed.GetValue(shared.Overrides) ?? []),
                parsed.GetValue(shared.Out) ?? Folder,
                parsed.GetValue(shared.Force)!,
                shared.LanguageOf(parsed),
                Replicas.Alone,
                cancellation)));
        return command.WithExample("hubert demo --out demo-run");
    }
}
