using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert config show</c>: the resolved values and where each came from.</summary>
internal static class ConfigVerb
{
    public static Command Create() => new("config", "Show configurations.") { Show(), List() };

    private static Command Show()
    {
        var arguments = new Argument<string[]>("FILE | key=value")
        {
            Description = "A configuration file, then overrides such as model.label_rate=100 'optimization.lr=[0.00025]'.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var name = new Option<string?>("--config-name")
        {
            Description = "A bundled name (see 'hubert config list'), or a name in --config-dir.",
        };
        var folder = new Option<string?>("--config-dir") { Description = "Your own folder of configurations." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("show", "Print a configuration resolved, with the origin of every value.")
        {
            arguments, name, folder, json,
        }
            .WithExample("hubert config show --config-name hubert_base_librispeech task.data=data model.label_rate=100");
        command.SetAction(parsed =>
        {
            var (configName, overrides) = ConfigArguments.Split(parsed.GetValue(name), parsed.GetValue(folder),
                parsed.GetValue(arguments) ?? []);
            var config = ConfigLoader.LoadAny(configName, overrides, parsed.GetValue(folder), allowMissing: true);
            if (parsed.GetValue(json))
                JsonOutput.Write(Json(config));
            else
                Console.Out.Write(Text(config));
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Print the names of the bundled configurations.").WithExample("hubert config list");
        command.SetAction(_ => Console.Out.Write(string.Concat(BundledConfigs.Names.Select(n => $"{n}\n"))));
        return command;
    }

    private static string Text(ResolvedConfig config)
    {
        var notes = config.Notices.Select(n => $"# note: {PrintableText.Message(n)}\n");
        var missing = config.Missing.Count > 0 ? $"# still without a value: {string.Join(", ", config.Missing)}\n" : "";
        return $"{config.ToYaml(withOrigins: true)}{string.Concat(notes)}{missing}";
    }

    private static object Json(ResolvedConfig config) => new
    {
        entries = config.Entries.Select(e => new { key = e.Key, value = Value(e), origin = e.Origin }),
        notices = config.Notices,
        missing = config.Missing,
    };

    private static object? Value(ConfigEntry entry) => entry switch
    {
        { Value: "???" } => entry.Value,
        { Typed: (double first, double second) } => new[] { first, second },
        { Typed: IReadOnlyList<ConvLayerSpec> layers } => ConvLayerSpec.Format(layers),
        _ => entry.Typed,
    };
}
