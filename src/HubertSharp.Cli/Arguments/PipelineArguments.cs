using System.CommandLine;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Cli.Arguments;

/// <summary>The options that <c>hubert pipeline</c> and <c>hubert demo</c> share.</summary>
internal sealed class PipelineArguments(string defaultFolder)
{
    public Option<string?> Out { get; } = new("--out")
    {
        Description = $"Folder for everything that comes out. Default: {defaultFolder}. The same folder again goes on from there.",
    };

    public Option<string[]> Force { get; } = new("--force")
    {
        Description = "Run this stage although nothing changed: corpus, features-1, kmeans-1, labels-1, pretrain-1, ..., reference, "
            + "quality, probe, finetune, report.",
        DefaultValueFactory = _ => [],
    };

    public Option<string> Lang { get; } = Language();

    public Argument<string[]> Overrides { get; } = new("key=value")
    {
        Description = "Overrides of the recipe (corpus=DIR, iterations.2.clusters=50) "
            + "and of its configurations (optimization.max_update=100, iterations.2.optimization.max_update=100).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public void AddTo(Command command)
    {
        command.Add(Out);
        command.Add(Force);
        command.Add(Lang);
        command.Add(Overrides);
    }

    public ReportLanguage LanguageOf(ParseResult parsed) => parsed.GetValue(Lang) == "zh" ? ReportLanguage.Chinese : ReportLanguage.English;

    private static Option<string> Language()
    {
        var option = new Option<string>("--lang")
        {
            Description = "Language of the report in the terminal; report.html and report.zh.html are both written.",
            DefaultValueFactory = _ => "en",
        };
        return option.AcceptOnlyFromAmong("en", "zh");
    }
}
