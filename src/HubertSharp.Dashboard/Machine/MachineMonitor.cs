using System.Globalization;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Dashboard.Machine;

/// <summary>Looks at the machine when somebody asks, and not more often than every two seconds.</summary>
internal sealed class MachineMonitor(TimeProvider clock, NvidiaSmi gpus, string proc = "/proc") : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _one = new(1);
    private MachineState? _last;
    private long _looked;
    private (long Busy, long All)? _before;

    public async Task<MachineState> LookAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_last is null || clock.GetElapsedTime(_looked) >= Fresh)
            {
                var cards = await gpus.LookAsync(cancellation).ConfigureAwait(false);
                var (used, all) = Memory();
                _last = new MachineState(Environment.MachineName, Environment.ProcessorCount, CpuShare(), LoadAverage(), used, all, cards);
                _looked = clock.GetTimestamp();
            }
            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    // the first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks since the start
    private double? CpuShare()
    {
        if (Lines("stat") is not [var first, ..] || !first.StartsWith("cpu ", StringComparison.Ordinal))
            return null;
        var ticks = Numbers(first).Take(8).Select(n => (long)n).ToArray();
        if (ticks.Length < 5)
            return null;
        var now = (Busy: ticks.Sum() - ticks[3] - ticks[4], All: ticks.Sum());
        var before = _before;
        _before = now;
        return before is { } b && now.All > b.All ? Math.Clamp((double)(now.Busy - b.Busy) / (now.All - b.All), 0, 1) : null;
    }

    private double? LoadAverage() => Lines("loadavg") is [var line, ..] && Numbers(line) is [var first, ..] ? first : null;

    private (double? Used, double? All) Memory()
    {
        var lines = Lines("meminfo");
        double? Kib(string key) => lines.FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) is { } line
            && Numbers(line) is [var kib, ..] ? kib : null;
        return (Kib("MemTotal:"), Kib("MemAvailable:")) is ({ } all, { } available) ? ((all - available) / 1024, all / 1024) : (null, null);
    }

    private string[] Lines(string name)
    {
        try
        {
            return [.. RegularFile.ReadLines(Path.Combine(proc, name))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return []; // another system than Linux
        }
    }

    private static double[] Numbers(string line) =>
        [
            .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(w => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)
                .Where(double.IsFinite),
        ];
}

/// <summary>How busy the machine is that the dashboard runs on; null where it does not say.</summary>
/// <param name="Name">Its host name.</param>
/// <param name="Processors">Logical processors.</param>
/// <param name="CpuShare">Share of them that was busy since the last look, 0 to 1.</param>
/// <param name="Gpus">None where nvidia-smi is not there or has nothing to say.</param>
internal sealed record MachineState(string Name, int Processors, double? CpuShare, double? LoadAverage, double? MemoryUsedMib,
    double? MemoryMib, IReadOnlyList<GpuState> Gpus);

/// <summary>One GPU as nvidia-smi sees it.</summary>
/// <param name="BusyShare">Share of the time in which something ran on it.</param>
internal sealed record GpuState(string Name, double? BusyShare, double? MemoryUsedMib, double? MemoryMib, double? Watts, double? Celsius);
