using System.CommandLine;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert doctor</c>: is this loss normal, why, and what to do next.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("RUN | LOG") { Description = "Run folders, or fairseq logs with log_format: json.", Arity = ArgumentArity.OneOrMore };
        var clusters = new Option<int?>("--clusters") { Description = "Number of clusters K, where neither run nor labels say it." };
        var labels = new Option<string?>("--labels") { Description = "Training labels (.km), for their entropy." };
        var language = new Option<string>("--lang") { Description = "Language of the sentences: en or zh.", DefaultValueFactory = _ => "en" };
        var json = new Option<bool>("--json") { Description = "As JSON: one object for one run, a list for several." };
        var command = new Command("doctor", "Say whether a pre-training loss is normal, why, and what to do next.") { paths, clusters, labels, language, json };
        command.WithExample("hubert doctor runs/iteration1");
        command.WithExample("hubert doctor fairseq/log.jsonl --clusters 100 --json");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(clusters) is < 1 or > 10_000_000)
                throw UserException.Create("--clusters", expected: "a number from 1 to 10000000", found: $"{parsed.GetValue(clusters)}");
            var sentences = parsed.GetValue(language) switch
            {
                "en" => ReportLanguage.English,
                "zh" => ReportLanguage.Chinese,
                var other => throw UserException.Create("--lang", expected: "en or zh", found: $"'{other}'"),
            };
            var reports = parsed.GetValue(paths)!.Select(path =>
            {
                var (log, series, context) = DoctorInput.Read(path, parsed.GetValue(clusters), parsed.GetValue(labels));
                return (log, LossDoctor.Examine(series, context, sentences));
            }).ToList();
            if (parsed.GetValue(json))
                Console.Out.WriteLine(DoctorTable.Json(reports));
            else
                reports.ForEach(r => DoctorTable.Write(Console.Out, r.log, r.Item2));
            return CommandHost.Done;
        });
        return command;
    }
}
