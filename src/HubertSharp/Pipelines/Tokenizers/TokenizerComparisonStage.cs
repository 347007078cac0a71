using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Scoring;

namespace HubertSharp.Pipelines.Tokenizers;

/// <summary>All tokenizers beside each other: their figures, and the same recordings as each of them makes them.</summary>
internal static class TokenizerComparisonStage
{
    public static Stage Create(PipelineContext context, PipelineTokenizers shared) => new("tokenizers", shared.ComparisonFolder)
    {
        Inputs = () =>
        {
            var inputs = new StageInputs().File("manifest", context.Manifest(shared.ScoredSplit));
            foreach (var tokenizer in shared.All)
                inputs.File(tokenizer.Teacher, TokenizerScoreStage.ReportPath(tokenizer));
            return inputs;
        },
        Run = cancellation =>
        {
            TokenizerSummary[] summaries = [.. shared.All.Select(tokenizer => Summary(context, shared, tokenizer))];
            ReportJson.Write(shared.SummaryPath, summaries);
            var manifest = Manifest.Read(context.Manifest(shared.ScoredSplit), cancellation: cancellation);
            IReadOnlyList<Example>[] examples =
            [
                .. shared.All.Zip(summaries, (tokenizer, summary) => ExampleRecordings.Kept(tokenizer.ScoreFolder, manifest,
                    [.. summary.Report.Reconstructions.Select(one => one.Quantizers)], shared.Recipe.Examples, shared.ComparisonFolder)),
            ];
            var (english, chinese) = (TokenizerSummary.PageName, TokenizerSummary.ChinesePageName);
            AtomicFile.WriteAllText(Path.Combine(shared.ComparisonFolder, english),
                TokenizerComparisonPage.Render(summaries, examples, ReportLanguage.English, chinese));
            AtomicFile.WriteAllText(Path.Combine(shared.ComparisonFolder, chinese),
                TokenizerComparisonPage.Render(summaries, examples, ReportLanguage.Chinese, english));
            return PipelineContext.FilesIn(shared.ComparisonFolder);
        },
    };

    private static TokenizerSummary Summary(PipelineContext context, PipelineTokenizers shared, PipelineTokenizer tokenizer)
    {
        var run = Logged(tokenizer.RunFolder);
        var best = Path.GetDirectoryName(RealPath.Of(TokenizerReader.Find(tokenizer.RunFolder)))!;
        return new TokenizerSummary(tokenizer.Teacher, tokenizer.IsHubert ? shared.Layer : null, CheckpointFiles.UpdateOf(best) ?? 0,
            Path.GetRelativePath(context.Folder, tokenizer.ScoreFolder), ReportJson.Read<TokenizerReport>(
                TokenizerScoreStage.ReportPath(tokenizer)))
        {
            Verdict = run is null ? null : LossDoctor.Examine(run).Summary,
            VerdictChinese = run is null ? null : LossDoctor.Examine(run, ReportLanguage.Chinese).Summary,
        };
    }

    private static DoctorCase? Logged(string folder)
    {
        try
        {
            return DoctorInput.Read(folder);
        }
        catch (UserException)
        {
            return null; // a training of so few updates that nothing was logged
        }
    }
}
