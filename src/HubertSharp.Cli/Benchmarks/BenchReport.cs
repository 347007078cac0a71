using System.Diagnostics;
using System.Globalization;
using HubertSharp.Cli.Output;

namespace HubertSharp.Cli.Benchmarks;

/// <summary>What a benchmark measured.</summary>
/// <param name="Stage">What ran.</param>
/// <param name="Frames">Frames of one run.</param>
/// <param name="FirstSeconds">Time of the first run, with compilation and cold files.</param>
/// <param name="BestSeconds">Time of the fastest run.</param>
/// <param name="Threads">Threads used.</param>
internal sealed record BenchReport(string Stage, long Frames, double FirstSeconds, double BestSeconds, int Threads)
{
    public double FramesPerSecond => Frames / BestSeconds;

    /// <summary>Length of the audio behind the frames; null where there is none.</summary>
    public double? AudioSeconds { get; init; }

    /// <summary>Seconds of audio per second.</summary>
    public double? TimesRealTime => AudioSeconds / BestSeconds;

    public int? Clusters { get; init; }

    public int? Dimensions { get; init; }

    public double? InertiaPerFrame { get; init; }

    /// <summary>Time of this process from its start to the end of the first run.</summary>
    public required double ProcessSeconds { get; init; }

    /// <summary>Time that all cores together worked in the cheapest run: what the stage costs on a machine that others use too.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Largest memory of the process.</summary>
    public double PeakMemoryMiB { get; } = PeakMiB();

    /// <summary>Runs a stage several times and tells its times.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="stage">What runs.</param>
    /// <param name="repeat">Runs.</param>
    /// <param name="threads">Threads as asked for; 0 for all cores.</param>
    /// <param name="run">The stage.</param>
    /// <param name="frames">Frames of a result.</param>
    /// <param name="describe">Adds what else the last result tells.</param>
    /// <param name="clock">What times the runs; the machine's unless said otherwise.</param>
    public static BenchReport Measure<T>(string stage, int repeat, int threads, Func<T> run, Func<T, long> frames,
        Func<BenchReport, T, BenchReport> describe, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var (first, best, process, cpu) = (0.0, double.PositiveInfinity, 0.0, double.PositiveInfinity);
        var result = default(T)!;
        for (var i = 0; i < Math.Max(repeat, 1); i++)
        {
            var worked = Environment.CpuUsage.TotalTime;
            var start = clock.GetTimestamp();
            result = run();
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            best = Math.Min(best, seconds);
            cpu = Math.Min(cpu, (Environment.CpuUsage.TotalTime - worked).TotalSeconds);
            if (i == 0)
            {
                using var own = Process.GetCurrentProcess();
                (first, process) = (seconds, (DateTime.Now - own.StartTime).TotalSeconds);
            }
        }
        var report = new BenchReport(stage, frames(result), first, best, threads > 0 ? threads : Environment.ProcessorCount)
        {
            ProcessSeconds = process,
            CpuSeconds = cpu,
        };
        return describe(report, result);
    }

    public void Print(bool json)
    {
        if (json)
        {
            JsonOutput.Write(this);
            return;
        }
        var lines = new List<(string, string)>
        {
            ("frames", string.Create(CultureInfo.InvariantCulture, $"{Frames:#,0}")),
            ("time", string.Create(CultureInfo.InvariantCulture,
                $"{BestSeconds:0.00} s (first run {FirstSeconds:0.00} s, from the start of the process {ProcessSeconds:0.00} s)")),
            ("speed", string.Create(CultureInfo.InvariantCulture, $"{FramesPerSecond:#,0} frames/s")
                + (TimesRealTime is { } times ? string.Create(CultureInfo.InvariantCulture, $", {times:#,0} times real time") : "")),
        };
        if (InertiaPerFrame is { } inertia)
            lines.Add(("inertia", string.Create(CultureInfo.InvariantCulture,
                $"{inertia:0.####} per frame, {Clusters} clusters of {Dimensions} dimensions")));
        lines.Add(("work", string.Create(CultureInfo.InvariantCulture, $"{CpuSeconds:0.00} s of all cores together")));
        lines.Add(("memory", string.Create(CultureInfo.InvariantCulture, $"{PeakMemoryMiB:0} MiB at most")));
        lines.Add(("threads", string.Create(CultureInfo.InvariantCulture, $"{Threads}")));
        Console.WriteLine(Stage);
        foreach (var (name, value) in lines)
            Console.WriteLine($"  {name,-8} {value}");
    }

    private static double PeakMiB()
    {
        using var own = Process.GetCurrentProcess();
        return own.PeakWorkingSet64 / (1024.0 * 1024);
    }
}
