using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Docs;

/// <summary>The reference runs of docs/curves: they are what the program reads, and the doctor finds them healthy.</summary>
public sealed class ReferenceRunsTests
{
    public static TheoryData<string> Folders =>
        [.. Directory.GetDirectories(Path.Combine(Fixtures.RepositoryRoot(), "docs", "curves")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_reference_run_is_healthy_and_whole(string name)
    {
        var folder = Path.Combine(Fixtures.RepositoryRoot(), "docs", "curves", name);
        var (_, series, context, _) = DoctorInput.Read(Path.Combine(folder, "metrics.jsonl"));
        var judged = LossDoctor.Examine(series, context);
        // what is validated on voices that were never heard lies above what is trained, and nothing else is to be watched
        var watched = judged.Findings.Where(f => f.Level > FindingLevel.Info).Select(f => f.Code).ToArray();
        Assert.Equal(name.Contains("espeak", StringComparison.Ordinal) ? ["valid_gap"] : [], watched);
        Assert.Equal(watched.Length > 0 ? LossVerdict.Watch : LossVerdict.Normal, judged.Verdict);
        string[] figures = [Path.Combine(folder, "report.json"), Path.Combine(folder, RunFolder.WorthName)];
        Assert.Contains(figures, File.Exists);
        if (File.Exists(figures[0]))
            CheckReport(ReportJson.Read<PipelineReport>(figures[0]), judged);
        if (File.Exists(figures[1]))
            Assert.NotEmpty(RunWorth.Read(figures[1]).Curve("zh"));
    }

    private static void CheckReport(PipelineReport report, LossReport judged)
    {
        var iteration = Assert.Single(report.Iterations);
        Assert.Equal(judged.Updates, iteration.Updates);
        Assert.Equal(judged.FinalLossBits!.Value, iteration.TrainLossBits, 1e-6);
        var chosen = report.Quality.Where(q => q.IsChosen).Select(q => q.Language).ToArray();
        Assert.NotEmpty(chosen);
        Assert.Equal(chosen.Distinct(), chosen); // one layer in each language
    }
}
