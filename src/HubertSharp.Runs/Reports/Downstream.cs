using System.Text.Json;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Reports;

/// <summary>What labels and features were found to be worth: measured, not guessed from a loss.</summary>
/// <remarks>Memory: at most 96 bytes per byte of the file, and 1 MiB.</remarks>
/// <param name="Quality">Label sets and layers against references.</param>
/// <param name="Probe">The linear probe.</param>
public sealed record Downstream(IReadOnlyList<QualitySummary> Quality, IReadOnlyList<ProbeSummary> Probe)
{
    /// <summary>The measurements of the pipeline that a run folder belongs to; null where it belongs to none.</summary>
    /// <param name="runFolder">The run folder.</param>
    public static Downstream? Beside(string runFolder)
    {
        var folder = Path.GetFullPath(runFolder);
        for (var up = 0; up < 3 && folder is not null; up++, folder = Path.GetDirectoryName(folder))
        {
            var (quality, probe) = (Path.Combine(folder, "quality", "quality.json"), Path.Combine(folder, "probe", "probe.json"));
            if (File.Exists(quality) || File.Exists(probe))
                return new Downstream(File.Exists(quality) ? ReportJson.Read<QualitySummary[]>(quality) : [],
                    File.Exists(probe) ? ReportJson.Read<ProbeSummary[]>(probe) : []);
        }
        return null;
    }

    /// <summary>Reads a pipeline's <c>report.json</c>, <c>quality.json</c> or <c>probe.json</c>.</summary>
    /// <exception cref="UserException">None of these.</exception>
    public static Downstream Read(string path)
    {
        var read = Parse(path);
        // what a file from elsewhere leaves out comes as null
        return read.Quality is not null
            && read.Probe is not null
            && read.Quality.All(q => q is { Source: not null, Reference: not null })
            && read.Probe.All(p => p is { Source: not null, HeldOut: not null }) ? read
            : throw UserException.Create("no measurements in it", path, "report.json, quality.json or probe.json of a pipeline",
                next: "name one of these");
    }

    private static Downstream Parse(string path)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(RegularFile.ReadAllBytes(path, ReportJson.MaximumBytes));
            root = document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw UserException.Create("cannot read measurements", path, "report.json, quality.json or probe.json of a pipeline", e.Message,
                "run 'hubert pipeline', or leave --downstream out", e);
        }
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("iterations", out _))
            return ReportJson.Read<PipelineReport>(path) is var report
                ? new Downstream(report.Quality, report.Probe)
                : throw new InvalidOperationException();
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 && root[0].ValueKind == JsonValueKind.Object)
            return root[0].TryGetProperty("pnmi", out _)
                ? new Downstream(ReportJson.Read<QualitySummary[]>(path), [])
                : new Downstream([], ReportJson.Read<ProbeSummary[]>(path));
        throw UserException.Create("no measurements in it", path, "report.json, quality.json or probe.json of a pipeline",
            next: "name one of these");
    }
}
