using System.Globalization;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Watch;

/// <summary>
/// The doctor beside a training: called at each validation and at some updates between, it reads the run folder's own metrics, says each
/// new finding once, and tells whether the run should stop. It changes nothing in the run, and whatever goes wrong in here ends in a
/// notice.
/// </summary>
public sealed class TrainingWatch : IDisposable
{
    private const double LeastPeak = 1e-7; // a weight of 0.02 would move by a tenth in 20,000 updates

    private readonly string _folder;
    private readonly TrainingWatchOptions _options;
    private readonly Action<string> _notice;
    private readonly WebhookQueue? _webhook;
    private readonly HashSet<(string Code, FindingLevel Level)> _told = [];
    private LossVerdict? _verdict;

    /// <param name="runFolder">The folder that the run writes to.</param>
    /// <param name="options">What to do.</param>
    /// <param name="notice">Told of what a person should read.</param>
    public TrainingWatch(string runFolder, TrainingWatchOptions options, Action<string> notice)
        : this(runFolder, options, notice, null, TimeProvider.System)
    {
    }

    internal TrainingWatch(
        string runFolder, TrainingWatchOptions options, Action<string> notice, HttpMessageHandler? handler, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_folder, _options, _notice) = (runFolder, options, notice);
        _webhook = options is { Enabled: true, Webhook: { } address } ? new WebhookQueue(address, notice, handler, clock) : null;
    }

    /// <summary>
    /// A learning rate that no published run of such a size bears, before it has done any harm, or one that moves nothing.
    /// </summary>
    /// <param name="peak">The highest rate of the schedule.</param>
    /// <param name="parameters">Parameters of the model.</param>
    /// <returns>What a person should read; null where the rate is none of these.</returns>
    public static string? RateWarning(double peak, long parameters)
    {
        // published peaks: 0.0005 (Base), 0.0015 (Large), 0.003 (X-Large); small models bear more, and 0.05 breaks even those
        var most = parameters < 20_000_000 ? 0.01 : 0.0045;
        if (peak < LeastPeak)
            return string.Create(CultureInfo.InvariantCulture,
                $"warning: the learning rate {(peak == 0 ? "is 0" : $"peaks at {peak:0.##e+0}")}, "
                + $"at which {(peak == 0 ? "nothing" : "next to nothing")} "
                + $"is learnt (published HuBERT runs peak at 0.0005 to 0.003); set optimization.lr=[0.0005]");
        return peak <= most ? null : string.Create(CultureInfo.InvariantCulture,
            $"warning: the learning rate peaks at {peak:0.#####}, and a model of "
            + $"{(parameters < 1_000_000 ? $"{parameters:#,0}" : $"{parameters / 1e6:0.#} million")} parameters "
            + $"bears about {most} at "
            + $"most (published HuBERT runs peak at 0.0005 to 0.003); such a rate usually destroys the model within a few hundred updates; "
            + $"set optimization.lr=[0.0005]");
    }

    /// <summary>A warm-up that is not over when the run is: the rate never reaches what was set.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="lastUpdate">Where the run ends.</param>
    public static string? WarmupWarning(LrSchedulerConfig schedule, long lastUpdate)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var rising = schedule.RisingUpdates();
        return rising < lastUpdate || rising <= LearningRatePath.UsualWarmup(lastUpdate)
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"warning: the learning rate rises until update {rising:#,0}, and the run ends at update {lastUpdate:#,0}: "
                + $"it {(rising > lastUpdate ? "never reaches" : "only just reaches")} its peak; "
                + $"set {schedule.RisingKey}={LearningRatePath.UsualWarmup(lastUpdate)} (8% of the updates, "
                + $"as in the bundled configurations)");
    }

    /// <summary>
    /// Whether to look at a line of the log even without a validation: at 100, 200, 500, 1,000, 2,000, 5,000 updates and so on, or at the
    /// first line after them.
    /// </summary>
    /// <param name="update">The line's.</param>
    /// <param name="interval">Updates from the line before to this one.</param>
    public static bool IsDue(long update, int interval)
    {
        for (long least = 100; least <= update; least *= 10)
        {
            foreach (var due in (ReadOnlySpan<long>)[least, 2 * least, 5 * least])
            {
                if (due <= update && due > update - interval)
                    return true;
            }
        }
        return false;
    }

    /// <summary>Looks at the curves so far.</summary>
    /// <param name="update">Updates so far, for the messages.</param>
    /// <returns>What was found; <see cref="WatchResult.Stop"/> asks the run to write its checkpoint and end.</returns>
    public WatchResult Validated(long update)
    {
        if (!_options.Enabled)
            return WatchResult.Nothing;
        LossReport report;
        try
        {
            report = LossDoctor.Examine(DoctorInput.Read(RunFolder.Open(_folder).Path));
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            _notice($"the doctor could not look at update {update}: {e.Message}");
            return WatchResult.Nothing;
        }
        // Comfort is for the report at the end; while it trains only trouble is news, and each kind of it once.
        var news = report.Findings.Where(f => f.Level > FindingLevel.Info && _told.Add((f.Code, f.Level))).ToList();
        foreach (var finding in news)
            _notice($"doctor, update {update}: {finding.Level.ToString().ToLowerInvariant()}: {finding.Seen}; {finding.Meaning}; "
                + $"{finding.Next}");
        var changed = _verdict is { } before && before != report.Verdict;
        if (changed && news.Count == 0)
            _notice($"doctor, update {update}: {report.Summary}");
        _verdict = report.Verdict;
        if (news.Count > 0 || changed)
            _webhook?.Send(_folder, update, report, news);
        var stop = _options.StopOnBroken && report.Verdict == LossVerdict.Broken;
        if (stop)
            _notice(
                $"doctor, update {update}: stopping, as asked; the checkpoint of this update is kept, the same command goes on from it");
        return new WatchResult(report, news, stop);
    }

    /// <summary>Gives messages that are under way a few seconds.</summary>
    public void Dispose() => _webhook?.Dispose();
}

/// <summary>What a look at a training brought.</summary>
/// <param name="Report">The doctor's report; null when it did not look, or could not.</param>
/// <param name="News">Findings that were not told before.</param>
/// <param name="Stop">The run should end.</param>
public sealed record WatchResult(LossReport? Report, IReadOnlyList<LossFinding> News, bool Stop)
{
    internal static WatchResult Nothing { get; } = new(null, [], false);
}
