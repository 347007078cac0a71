namespace HubertSharp.Runs;

/// <summary>
/// Counts what the threads of one stage finish, and reports it in the order of the counts: whichever thread comes last, the last
/// report is the highest.
/// </summary>
/// <param name="progress">Who is told, if anybody.</param>
/// <param name="total">Units in all; 0 when that is not known beforehand.</param>
/// <param name="unit">What is counted, in the plural.</param>
public sealed class StageCounter(IProgress<StageProgress>? progress, long total, string unit)
{
    private readonly Lock _gate = new();
    private long _done;

    /// <summary>So many more are done.</summary>
    public void Add(long more = 1)
    {
        lock (_gate)
            progress?.Report(new StageProgress(_done += more, total, unit));
    }
}
