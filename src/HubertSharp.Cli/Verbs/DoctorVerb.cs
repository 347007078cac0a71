using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert doctor</c>: is this loss normal, why, and what to do next.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("RUN | LOG")
        {
            Description = "Run folders; logs of fairseq, ESPnet, icefall, torchaudio or transformers; TensorBoard folders; "
                + "CSV files of updates and losses.",
            Arity = ArgumentArity.OneOrMore,
        };
        var clusters = new Option<int?>("--clusters") { Description = "Number of clusters K, where neither run nor labels say it." };
        var labels = new Option<string?>("--labels") { Description = "Training labels (.km), for their histogram." };
        var unit = new Option<string?>("--unit") { Description = "Unit of the losses, bits or nats, where the log does not say it." };
        var references = new Option<string[]>("--reference")
        {
            Description = "Your own reference runs: a table as docs/loss.md describes it, a run folder or a log.",
            AllowMultipleArgumentsPerToken = false,
        };
        var html = new Option<string?>("--html")
        {
            Description = "Write the report on the one run as a self-contained page into this file.",
        };
        var png = new Option<string?>("--png") { Description = "Draw the charts of the one run as PNG files into this folder." };
        var downstream = new Option<string?>("--downstream")
        {
            Description = "Measurements for the page: report.json, quality.json or probe.json of a pipeline. Default: "
                + "those of the pipeline that the run belongs to.",
        };
        var language = new Option<string>("--lang")
        {
            Description = "Language of the sentences: en or zh.",
            DefaultValueFactory = _ => "en",
        };
        var json = new Option<bool>("--json") { Description = "As JSON: one object for one run, a list for several." };
        var command = new Command("doctor", "Say whether a pre-training loss is normal, why, and what to do next.")
        {
            paths, clusters, labels, unit, references, html, png, downstream, language, json,
        };
        command.WithExample("hubert doctor runs/iteration1");
        command.WithExample("hubert doctor hydra_train.log --clusters 100 --json");
        command.WithExample("hubert doctor docs/examples/iteration2.csv --html report.html --lang zh");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(clusters) is < 1 or > 10_000_000)
                throw UserException.Create("--clusters", expected: "a number from 1 to 10000000", found: $"{parsed.GetValue(clusters)}");
            if (parsed.GetValue(unit) is { } said and not ("bits" or "nats"))
                throw UserException.Create("--unit", expected: "bits or nats", found: $"'{said}'");
            var sentences = parsed.GetValue(language) switch
            {
                "en" => ReportLanguage.English,
                "zh" => ReportLanguage.Chinese,
                var other => throw UserException.Create("--lang", expected: "en or zh", found: $"'{other}'"),
            };
            var options = new DoctorOptions
            {
                Clusters = parsed.GetValue(clusters),
                LabelsPath = parsed.GetValue(labels),
                Unit = parsed.GetValue(unit),
                References = parsed.GetValue(references) ?? [],
            };
            var page = parsed.GetValue(html) is { } file ? OutputKind.Page.PlaceOf(file) : null;
            var runs = parsed.GetValue(paths)!.SelectMany(path => DoctorInput.ReadAll(path, options, Console.Error.WriteLine))
                .Select(run => (Run: run, Report: LossDoctor.Examine(run, sentences))).ToList();
            if (runs.Count > 1 && (parsed.GetValue(html) ?? parsed.GetValue(png)) is not null)
                throw UserException.Create(parsed.GetValue(html) is null ? "--png" : "--html", expected: "one run", found: $"{runs.Count}",
                    next: "call the doctor once for each");
            if ((parsed.GetValue(html) ?? parsed.GetValue(png)) is not null && runs[0].Report.Format == LogFormat.Notes)
                throw UserException.Create(parsed.GetValue(html) is null ? "--png" : "--html", runs[0].Run.Log, "a log with losses",
                    "only notes of a training", "leave it out");
            if (page is not null)
            {
                var measured = parsed.GetValue(downstream) is { } measurements
                    ? Downstream.Read(measurements)
                    : Downstream.Beside(runs[0].Run.Folder);
                AtomicFile.WriteAllText(page, DoctorPage.Render(runs[0].Run, runs[0].Report, measured, sentences, DateTime.UtcNow));
            }
            if (parsed.GetValue(png) is { } folder)
            {
                var font = sentences == ReportLanguage.Chinese ? PngCharts.ChineseFont() : null;
                if (sentences == ReportLanguage.Chinese && font is null)
                    Console.Error.WriteLine(
                        "no font of this machine has Chinese characters (fonts-noto-cjk has): the PNG files are labelled in English");
                PngCharts.Write(
                    folder, DoctorCharts.Of(runs[0].Run, runs[0].Report, font is null ? ReportLanguage.English : sentences), font);
            }
            var reports = runs.Select(r => (r.Run.Log, r.Report)).ToList();
            if (parsed.GetValue(json))
                JsonOutput.Write(DoctorTable.Json(reports));
            else
                reports.ForEach(r => DoctorTable.Write(Console.Out, r.Log, r.Report, sentences));
            return CommandHost.Done;
        });
        return command;
    }
}
