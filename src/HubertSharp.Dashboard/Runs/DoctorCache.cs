using System.Collections.Concurrent;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Runs;

/// <summary>
/// The doctor's word on each run. A log is read again when it has grown, one run at a time and never for more than a small share of
/// the time, because a training may run on the same machine. A log that takes longer than most goes to the end of a lane for such
/// logs, where it holds up no others, and is given up there after a while.
/// </summary>
internal sealed class DoctorCache(TimeProvider clock, TimeSpan? patience = null) : IDisposable
{
    private const int MaximumWaitFactor = 20;
    private static readonly string[] OwnFiles =
    [
        RunFolder.MetricsName, $"{RunFolder.MetricsName}.1", // and what rotation makes of its ending
        Path.ChangeExtension(RunFolder.MetricsName, $".1{Path.GetExtension(RunFolder.MetricsName)}"),
        RunFolder.ConfigName, RunFolder.LogName, RunFolder.LabelsName,
    ];
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(2);
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Examination> _last = new();
    private readonly ConcurrentDictionary<string, Task> _running = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly SemaphoreSlim _oneSlow = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The last examination; null where there is none yet.</summary>
    public Examination? Last(RunEntry run) => _last.GetValueOrDefault(run.Id);

    /// <summary>Starts an examination in the background when the log has changed since the last one and that is long enough ago.</summary>
    public void Freshen(RunEntry run, long lengthBytes)
    {
        if (Last(run) is { } last && (last.LengthBytes == lengthBytes || clock.GetElapsedTime(last.At) < last.Rest))
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

    public void Dispose()
    {
        _stopping.Cancel();
        _one.Dispose();
        _oneSlow.Dispose();
    }

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
            var quick = Quick < _patience ? Quick : _patience;
            Examination? result = null;
            var took = Last(run)?.Took ?? TimeSpan.Zero;
            if (took <= quick)
                (result, took) = await InLaneAsync(_one, run, lengthBytes, quick).ConfigureAwait(false);
            if (result is null)
                (result, took) = await InLaneAsync(_oneSlow, run, lengthBytes, _patience).ConfigureAwait(false);
            result ??= new Examination(lengthBytes, null, null, [], [], DashboardFaults.TooSlow(run.Name, _patience).Message);
            var rest = took * MaximumWaitFactor;
            _last[run.Id] = result with
            {
                At = clock.GetTimestamp(),
                Took = took,
                Rest = rest > ShortestWait ? rest : ShortestWait,
                Version = (Last(run)?.Version ?? 0) + 1,
            };
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            // the server stops
        }
        finally
        {
            _running.TryRemove(run.Id, out _);
            done.SetResult();
        }
    }

    // Null when time is up. The reading asks for it at every buffer; where it hangs below that, it is left behind on its own thread.
    private async Task<(Examination? Result, TimeSpan Took)> InLaneAsync(SemaphoreSlim lane, RunEntry run, long lengthBytes, TimeSpan time)
    {
        await lane.WaitAsync(_stopping.Token).ConfigureAwait(false);
        var start = clock.GetTimestamp();
        try
        {
            var timed = new CancellationTokenSource(time, clock);
            var ends = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, timed.Token); // its thread may outlive this
            var work = Task.Factory.StartNew(
                () => Examine(run, lengthBytes, ends.Token),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return (await work.WaitAsync(time + Quick, clock, _stopping.Token).ConfigureAwait(false), clock.GetElapsedTime(start));
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !_stopping.IsCancellationRequested))
        {
            return (null, clock.GetElapsedTime(start));
        }
        finally
        {
            lane.Release();
        }
    }

    private static Examination Examine(RunEntry run, long lengthBytes, CancellationToken cancellation)
    {
        try
        {
            // the doctor follows links, as its user on the command line may want; here a run's maker could point anywhere
            foreach (var name in OwnFiles)
                SafePath.RefuseLink(run.Folder, name);
            if (run.File(RunFolder.MetricsName) is null)
                throw DashboardFaults.NoLog(Path.Combine(run.Folder, RunFolder.MetricsName));
            var found = DoctorInput.Read(run.Folder, cancellation: cancellation);
            var (english, chinese) = (LossDoctor.Examine(found), LossDoctor.Examine(found, ReportLanguage.Chinese));
            return new Examination(lengthBytes, english, chinese, Band(found.Context, english), found.Context.Histogram, null);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            // what a file elsewhere says is not for everybody who looks at the page
            var isOwn = OwnFiles.Any(name => e.Message.Contains(Path.Combine(run.Folder, name), StringComparison.Ordinal));
            var problem = isOwn ? e.Message : DashboardFaults.UnreadableElsewhere(run.Folder).Message;
            return new Examination(lengthBytes, null, null, [], [], problem);
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
internal sealed record Examination(long LengthBytes, LossReport? English, LossReport? Chinese, IReadOnlyList<double[]> Band,
    IReadOnlyList<long> Histogram, string? Problem)
{
    /// <summary>When it was made, by the clock's ticks.</summary>
    public long At { get; init; }

    /// <summary>How long the reading took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>How long the log is left alone after it.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>Counts the examinations, so that a page knows when to ask again.</summary>
    public int Version { get; init; }
}
