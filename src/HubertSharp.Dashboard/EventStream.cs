using System.Diagnostics;
using System.Text.Json;
using HubertSharp.Dashboard.Board;
using HubertSharp.Dashboard.Curves;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using Microsoft.AspNetCore.Http;

namespace HubertSharp.Dashboard;

/// <summary>
/// Server-sent events: <c>runs</c> with the list whenever something in it changed, and <c>curves</c> with the new points of the
/// runs that the page draws, or with all of them when what it has is no longer true.
/// </summary>
internal sealed class EventStream(RunBoard board, RunCatalog catalog, CurveStore curves, TimeSpan poll, CancellationToken stopping)
{
    private const int MaximumStreams = 64;
    private const int MaximumRuns = 20;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private int _open;

    /// <summary>Streams until the browser goes away or the server stops.</summary>
    /// <param name="run">Runs with the cursors that the page has: <c>id@1:200:4</c>, or <c>id</c> for everything.</param>
    /// <param name="column">The columns that it draws; empty for all.</param>
    /// <param name="buckets">Pixels of the page's charts.</param>
    public async Task WriteAsync(HttpContext context, string[] run, string[] column, int buckets)
    {
        if (Interlocked.Increment(ref _open) > MaximumStreams)
        {
            Interlocked.Decrement(ref _open);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            var cursors = run.Take(MaximumRuns).Select(r => r.Split('@')).DistinctBy(p => p[0])
                .ToDictionary(p => p[0], p => p.Length == 2 ? CurveCursor.Parse(p[1]) ?? default : default);
            await StreamAsync(context.Response, cursors, column, buckets, cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the browser went away, or the server stops
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task StreamAsync(
        HttpResponse response, Dictionary<string, CurveCursor> cursors, string[] columns, int buckets, CancellationToken cancellation)
    {
        var sent = "";
        var quietSince = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(poll);
        do
        {
            var isQuiet = true;
            var list = JsonSerializer.Serialize(board.Summaries(), DashboardJson.Options);
            if (list != sent)
            {
                await SendAsync(response, "runs", sent = list, cancellation).ConfigureAwait(false);
                isQuiet = false;
            }
            foreach (var id in cursors.Keys.ToList())
            {
                if (News(id, cursors, columns, buckets) is not { } news)
                    continue;
                await SendAsync(response, "curves", JsonSerializer.Serialize(news, DashboardJson.Options), cancellation)
                    .ConfigureAwait(false);
                isQuiet = false;
            }
            if (isQuiet && Stopwatch.GetElapsedTime(quietSince) > KeepAlive)
            {
                await response.WriteAsync(": still here\n\n", cancellation).ConfigureAwait(false);
                isQuiet = false;
            }
            if (!isQuiet)
                quietSince = Stopwatch.GetTimestamp();
            await response.Body.FlushAsync(cancellation).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    private CurveEvent? News(string id, Dictionary<string, CurveCursor> cursors, string[] columns, int buckets)
    {
        if (catalog.Find(id) is not { } run || curves.Of(run) is not { } followed)
            return null;
        try
        {
            if (followed.Refresh() == cursors[id])
                return null;
            var slice = followed.Since(cursors[id], buckets, columns);
            cursors[id] = slice.Cursor;
            return new CurveEvent(id, slice.Cursor.ToString(), slice.IsDelta, slice.Train, slice.Valid, slice.UnreadableLines,
                slice.IsThinned);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return null; // gone for the moment; the list says so
        }
    }

    private static Task SendAsync(HttpResponse response, string name, string json, CancellationToken cancellation) =>
        response.WriteAsync($"event: {name}\ndata: {json}\n\n", cancellation);
}

/// <summary>Points of one run on their way to the page.</summary>
/// <param name="Cursor">Where they end; the page gives it back when it connects anew.</param>
/// <param name="IsDelta">They continue what the page has; otherwise they replace it.</param>
internal sealed record CurveEvent(string Id, string Cursor, bool IsDelta, IReadOnlyDictionary<string, CurvePoints> Train,
    IReadOnlyDictionary<string, CurvePoints> Valid, int UnreadableLines, bool IsThinned);
