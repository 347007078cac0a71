using HubertSharp.Interop;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>What came out, as <c>report.json</c> and as a page in both languages.</summary>
internal static class ReportStage
{
    private const double SampleRate = SamplingRate.Hz;

    public static string PagePath(string folder, ReportLanguage language) =>
        Path.Combine(folder, language == ReportLanguage.Chinese ? "report.zh.html" : "report.html");

    public static PipelineReport Read(PipelineContext context) => ReportJson.Read<PipelineReport>(JsonPath(context));

    public static Stage Create(PipelineContext context, IReadOnlyList<string> stagesBefore) => new("report", context.At("report"))
    {
        Beside = [PagePath(context.Folder, ReportLanguage.English), PagePath(context.Folder, ReportLanguage.Chinese)],
        Inputs = () =>
        {
            var inputs = new StageInputs().Setting("name", context.Recipe.Name).Setting("probe", context.Recipe.Evaluation.Probe)
                .Setting("every", context.Recipe.Evaluation.Every).Setting("finetune", context.Finetuning is not null);
            if (context.Start is { } start)
                inputs.File("start", start.ReportPath);
            foreach (var stage in stagesBefore)
                inputs.File($"stage {stage}", StampPath(context, stage));
            return inputs;
        },
        Run = _ =>
        {
            var report = Build(context, stagesBefore);
            ReportJson.Write(JsonPath(context), report);
            var outputs = new List<string> { JsonPath(context) };
            foreach (var (language, other) in new[]
            {
                (ReportLanguage.English, ReportLanguage.Chinese), (ReportLanguage.Chinese, ReportLanguage.English),
            })
            {
                outputs.Add(PagePath(context.Folder, language));
                AtomicFile.WriteAllText(outputs[^1],
                    HtmlReport.Render(report, language, Path.GetFileName(PagePath(context.Folder, other))));
            }
            return outputs;
        },
    };

    private static string JsonPath(PipelineContext context) => context.At("report", "report.json");

    private static string StampPath(PipelineContext context, string stage) => context.At("stages", $"{stage}.json");

    // a pipeline that goes on from another one tells what that one found out, and what came to it
    private static PipelineReport Build(PipelineContext context, IReadOnlyList<string> stages)
    {
        var (evaluation, before) = (context.Recipe.Evaluation, context.Start?.Report);
        return new PipelineReport
        {
            Name = context.Recipe.Name,
            Created = DateTime.UtcNow,
            Corpus = Corpus(context),
            Iterations = before?.Iterations
                ?? [.. context.Iterations.Select(i => IterationReader.Read(i.RunFolder, i.Number, i.Source, Parameters(i)))],
            Quality = before?.Quality ?? ReportJson.Read<QualitySummary[]>(QualityStage.ResultPath(context)),
            Worth = before?.Worth ?? (evaluation.Every > 0 ? ReportJson.Read<RunWorth[]>(WorthStage.ResultPath(context)) : []),
            Finetuning = context.Finetuning is { } tuning ? ReportJson.Read<FinetuningSummary>(tuning.ScorePath) : before?.Finetuning,
            Tokenizers = context.Tokenizers is { } tokenizers ? ReportJson.Read<TokenizerSummary[]>(tokenizers.SummaryPath) : [],
            Probe = before?.Probe ?? (evaluation.Probe ? ReportJson.Read<ProbeSummary[]>(ProbeStage.ResultPath(context)) : []),
            StageSeconds = [.. stages.Select(s => KeyValuePair.Create(s, StageStamp.TryRead(StampPath(context, s))?.Seconds ?? 0))],
            Environment = RunEnvironment.LastStart(
                Path.Combine(context.Tokenizers?.All[^1].RunFolder ?? context.ModelFolder, RunFolder.EnvironmentName)),
        };
    }

    private static long Parameters(PipelineIteration iteration)
    {
        var description = ModelReader.Describe(iteration.RunFolder);
        return HubertParameters.Of(description.Model, description.Classes)
            .Sum(p => p.Shape.Aggregate(1L, (product, size) => product * size));
    }

    private static CorpusSummary Corpus(PipelineContext context)
    {
        var parts = PipelineContext.Splits.SelectMany(split => Manifest.Read(context.Manifest(split)).Entries
            .GroupBy(e => e.Language)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new CorpusPart(split, g.Key, g.Count(), g.Sum(e => e.LengthSamples) / SampleRate)));
        var licences = Path.Combine(context.DataFolder, "LICENSES.md");
        return new CorpusSummary(context.Recipe.Corpus, [.. parts],
            File.Exists(licences) ? RegularFile.ReadAllText(licences, RegularFile.MostOfDescription) : null);
    }
}
