using HubertSharp.Dashboard.Board;
using HubertSharp.Dashboard.Curves;
using HubertSharp.Dashboard.Listening;
using HubertSharp.Dashboard.Machine;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.RunFolders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HubertSharp.Dashboard;

/// <summary>Every address of the dashboard. Runs go by their id and utterances by their line, so that no path comes from outside.</summary>
internal sealed class DashboardApi(RunCatalog catalog, RunBoard board, DoctorCache doctor, CurveStore curves, Utterances utterances,
    Predictions predictions, MachineMonitor machine, EventStream events)
{
    private const int DefaultBuckets = 800;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => WebAssets.Get("index.html"));
        routes.MapGet("/assets/{name}", (string name) => WebAssets.Get(name));
        var root = Path.GetFileName(Path.TrimEndingDirectorySeparator(catalog.Root));
        routes.MapGet("/api/runs", () => Json(new { root, runs = board.Summaries(), isIncomplete = catalog.IsIncomplete }));
        routes.MapGet("/api/runs/{id}", (string id) => catalog.Find(id) is { } run ? Json(RunDetails.Of(run)) : Results.NotFound());
        routes.MapGet("/api/runs/{id}/doctor", DoctorAsync);
        routes.MapGet("/api/runs/{id}/curves", Curves);
        routes.MapGet("/api/runs/{id}/ranks", (string id) =>
            catalog.Find(id) is { } run ? Json(new { ranks = RunRanks.Of(run) }) : Results.NotFound());
        routes.MapGet("/api/runs/{id}/utterances", (string id, string? split, string? search, int? offset, int? count) =>
            catalog.Find(id) is { } run ? Listed(run, split, search, offset ?? 0, count ?? 25) : Results.NotFound());
        routes.MapGet("/api/runs/{id}/utterances/{split}/{index:int}", (string id, string split, int index) =>
            catalog.Find(id) is { } run && utterances.Timeline(run, split, index) is { } timeline ? Json(timeline) : Results.NotFound());
        routes.MapGet("/api/runs/{id}/audio/{split}/{index:int}",
            async (string id, string split, int index, CancellationToken cancellation) =>
                catalog.Find(id) is { } run
                && await utterances.AudioAsync(run, split, index, cancellation).ConfigureAwait(false) is { } audio
                    ? Results.File(audio.Content, audio.Type, enableRangeProcessing: true)
                    : Results.NotFound());
        routes.MapGet("/api/runs/{id}/predictions", (string id) =>
            catalog.Find(id) is { } run && predictions.Of(run) is { } page ? Json(page) : Results.NotFound());
        routes.MapGet("/api/runs/{id}/predictions/{index:int}/audio", async (string id, int index, CancellationToken cancellation) =>
            catalog.Find(id) is { } run && await predictions.AudioAsync(run, index, cancellation).ConfigureAwait(false) is { } wav
                ? Results.Bytes(wav, "audio/wav", enableRangeProcessing: true)
                : Results.NotFound());
        // addresses that the page's own links to its recordings and to the other language lead to
        routes.MapGet($"/api/runs/{{id}}/{RunFolder.ReconstructionsName}/{{name}}", (HttpContext context, string id, string name) =>
            catalog.Find(id) is { } run ? Reconstructions.Page(run, name, context) ?? Results.NotFound() : Results.NotFound());
        routes.MapGet($"/api/runs/{{id}}/{RunFolder.ReconstructionsName}/{TokenizerReport.AudioName}/{{name}}", (string id, string name) =>
            catalog.Find(id) is { } run ? Reconstructions.Sound(run, name) ?? Results.NotFound() : Results.NotFound());
        routes.MapGet("/api/machine",
            async (CancellationToken cancellation) => Json(await machine.LookAsync(cancellation).ConfigureAwait(false)));
        routes.MapGet("/api/events", (HttpContext context, string[]? run, string[]? column, int? buckets) => events.WriteAsync(context,
            run ?? [], column ?? [], Buckets(buckets)));
    }

    private async Task<IResult> DoctorAsync(string id, string? lang, CancellationToken cancellation)
    {
        if (catalog.Find(id) is not { } run)
            return Results.NotFound();
        var found = await doctor.GetAsync(run, board.Figures(run)?.LengthBytes ?? 0, cancellation).ConfigureAwait(false);
        LossReport? report = lang == "zh" ? found.Chinese : found.English;
        return Json(new { version = found.Version, problem = found.Problem, report, band = found.Band, histogram = found.Histogram });
    }

    private IResult Curves(string id, int? buckets, string[]? column, double? from, double? to)
    {
        if (catalog.Find(id) is not { } run || curves.Of(run) is not { } followed)
            return Results.NotFound();
        followed.Refresh();
        var slice = followed.Slice(Buckets(buckets), column ?? [], from ?? double.NegativeInfinity, to ?? double.PositiveInfinity);
        return Json(new CurveEvent(run.Id, slice.Cursor.ToString(), false, slice.Train, slice.Valid, slice.UnreadableLines,
            slice.IsThinned));
    }

    // A run whose data lie elsewhere by now is nothing wrong: the page says it, and the browser's console has nothing to complain of.
    private IResult Listed(RunEntry run, string? split, string? search, int offset, int count)
    {
        try
        {
            return Json(utterances.List(run, split, search, offset, count));
        }
        catch (UserException e)
        {
            return Json(new { problem = e.Message });
        }
    }

    private static int Buckets(int? asked) => Math.Clamp(asked ?? DefaultBuckets, 10, 4000);

    private static IResult Json(object value) => Results.Json(value, DashboardJson.Options);
}
