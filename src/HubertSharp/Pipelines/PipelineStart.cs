using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Pipelines;

/// <summary>A pipeline that has come to its end, whose corpus and last model another one goes on from; it is only read.</summary>
/// <param name="Folder">The pipeline's folder.</param>
/// <param name="ReportPath">What it found out.</param>
/// <param name="Report">The same, read.</param>
/// <param name="RunFolder">Of its last model.</param>
/// <param name="DataFolder">With <c>train.tsv</c> and <c>valid.tsv</c>.</param>
internal sealed record PipelineStart(string Folder, string ReportPath, PipelineReport Report, string RunFolder, string DataFolder)
{
    /// <exception cref="UserException">No such pipeline, or one that has not come to its end.</exception>
    public static PipelineStart Open(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), "report", "report.json");
        if (!File.Exists(path))
            throw PipelineFaults.NoStart(folder, Directory.Exists(folder) ? "a folder without report/report.json" : "nothing");
        var report = ReportJson.Read<PipelineReport>(path);
        var run = report.Iterations is [.., var last] ? Path.Combine(Path.GetFullPath(folder), $"iteration{last.Number}", "run") : "";
        if (run.Length == 0 || !Runs.RunFolders.RunFolder.IsOne(run))
            throw PipelineFaults.NoStart(folder, "a report without a model");
        return new PipelineStart(Path.GetFullPath(folder), path, report, run, DataOf(folder, run));
    }

    // a pipeline's folder may have been moved; somebody's own manifests lie where its training found them
    private static string DataOf(string folder, string run)
    {
        foreach (var name in (string[])["corpus", "manifest"])
        {
            if (Path.GetFullPath(Path.Combine(folder, name)) is var made && File.Exists(Path.Combine(made, "train.tsv")))
                return made;
        }
        var data = ConfigLoader.LoadAnyRun(Path.Combine(run, Runs.RunFolders.RunFolder.ConfigName)).Entries
            .FirstOrDefault(entry => entry.Key == "task.data")?.Value;
        return data is not null && File.Exists(Path.Combine(data, "train.tsv"))
            ? Path.GetFullPath(data)
            : throw PipelineFaults.NoStartCorpus(folder, data ?? "nothing");
    }
}
