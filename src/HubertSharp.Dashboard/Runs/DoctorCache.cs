using System.Collections.Concurrent;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Dashboard.Runs;

/// <summary>
/// The doctor's word on each run. A log is read again when it has grown, one run at a time and never for more than a small share of
/// the time, because a training may run on the same machine.
/// </summary>
internal sealed class DoctorCache(TimeProvider clock) : IDisposable
{
    private const int MaximumWaitFactor = 20;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Examination> _last = new();
    private readonly ConcurrentDictionary<string, Task> _running = new();
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The last examination; null where there is none yet.</summary>
    public Examination? Last(RunEntry run) => _last.GetValueOrDefault(run.Id);

    /// <summary>Starts an examination in the background when the log has changed since the last one and that is long enough ago.</summary>
    public void Freshen(RunEntry run, long lengthBytes)
    {
        if (Last(run) is { } last && (last.LengthBytes == lengthBytes || clock.GetElapsedTime(last.At) < last.Wait))
            return;
        Start(run, lengthBytes);
    }

    /// <summary>The last examination, waiting for the first one.</summary>
    public async Task<Examination> GetAsync(RunEntry run, long lengthBytes, CancellationToken cancellation)
    {
        Freshen(run, lengthBytes);
        while (Last(run) is null)
            await Start(run, lengthBytes).WaitAsync(cancellation).ConfigureAwait(false);
        return Last(run)!;
    }

    public void Dispose() => _one.Dispose();

    private Task Start(RunEntry run, long lengthBytes)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = _running.GetOrAdd(run.Id, source.Task);
        if (task == source.Task)
            _ = Task.Run(() => ExamineAsync(run, lengthBytes, source));
        return task;
    }

    private async Task ExamineAsync(RunEntry run, long lengthBytes, TaskCompletionSource done)
    {
        try
        {
            await _one.WaitAsync().ConfigureAwait(false);
            try
            {
                var start = clock.GetTimestamp();
                var result = Examine(run, lengthBytes);
                var took = clock.GetElapsedTime(start) * MaximumWaitFactor;
                _last[run.Id] = result with { At = clock.GetTimestamp(), Wait = took > ShortestWait ? took : ShortestWait, Version = (Last(run)?.Version ?? 0) + 1 };
            }
            finally
            {
                _one.Release();
            }
        }
        catch (ObjectDisposedException)
        {
            // the server stops
        }
        finally
        {
            _running.TryRemove(run.Id, out _);
            done.SetResult();
        }
    }

    private static Examination Examine(RunEntry run, long lengthBytes)
    {
        try
        {
            var found = DoctorInput.Read(run.Folder);
            var (english, chinese) = (LossDoctor.Examine(found), LossDoctor.Examine(found, ReportLanguage.Chinese));
            return new Examination(lengthBytes, english, chinese, Band(found.Context, english), found.Context.Histogram, null);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return new Examination(lengthBytes, null, null, [], [], e.Message);
        }
    }

    // Where the reference runs stood along the way of this one: the lowest and the highest level at equal progress.
    private static List<double[]> Band(DoctorContext context, LossReport report)
    {
        var band = new List<double[]>();
        if (report is not { ChanceBits: { } chance, Clusters: { } clusters, Unit: not "sum" })
            return band;
        for (double update = 10, last = 0; last < report.Updates; update *= 1.15)
        {
            last = Math.Min(update, report.Updates);
            if (ReferencePlace.Of(context with { Clusters = clusters }, (long)last, 1) is { } place)
                band.Add([Math.Round(last), place.Lowest * chance, place.Highest * chance]);
        }
        return band;
    }
}

/// <summary>What the doctor made of a log at one length.</summary>
/// <param name="LengthBytes">Size of the log then.</param>
/// <param name="English">The report; null where the log cannot be judged.</param>
/// <param name="Chinese">The same in Chinese.</param>
/// <param name="Band">Update, lowest and highest loss in bits of the reference runs of about this length and number of clusters.</param>
/// <param name="Histogram">How often each cluster occurs in the training labels.</param>
/// <param name="Problem">Why it cannot be judged.</param>
internal sealed record Examination(long LengthBytes, LossReport? English, LossReport? Chinese, IReadOnlyList<double[]> Band, IReadOnlyList<long> Histogram, string? Problem)
{
    /// <summary>When it ended, by the clock that nobody sets.</summary>
    public long At { get; init; }

    /// <summary>How long the next one waits from then on.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Counts the examinations, so that a page knows when to ask again.</summary>
    public int Version { get; init; }
}
