using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using HubertSharp.Runs;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Pretraining;

/// <summary>
/// In processes of their own: what other tests left in this one would count as growth. <c>bench/long-run.sh</c> goes on for longer.
/// </summary>
[Trait("Part", "e2e")]
public class MemoryTests
{
    private const int Every = 200;
    private const int MostGrowthMib = 20; // 10 measured; 27 on a heap in pieces, 41 with 1,024 primitives kept as well

    private static int Last => int.Parse(Environment.GetEnvironmentVariable("HUBERTSHARP_UPDATES") ?? "1400", CultureInfo.InvariantCulture);

    [Fact]
    public void Thousands_of_updates_need_no_more_memory_files_or_threads_than_hundreds()
    {
        using var run = new TinyRun();
        using var process = HubertProcess.Start(
        [
            "pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides, $"optimization.max_update={Last}",
            $"common.log_interval={Every}",
            "common.num_threads=1", "dataset.disable_validation=true", "checkpoint.save_interval_updates=100",
            "checkpoint.keep_interval_updates=1",
            "task.max_sample_size=3000", "task.min_sample_size=3000", "dataset.max_tokens=3000", "model.encoder_layers=1",
            "model.mask_length=2",
        ]);
        var looks = Watch(process, run.MetricsPath);
        var result = process.WaitForEnd();

        Assert.True(result.ExitCode == 0, result.Error);
        var peaks = Peaks(run);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", peaks.Select(p => $"{p.Key}: {p.Value} MiB")));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", looks.GroupBy(l => l.Update).Select(g => g.Last())
            .Select(l => $"{l.Update}: {l.Memory} MiB, {l.Files} files, {l.Threads} threads")));
        Assert.InRange(peaks[Last] - peaks[Every], 0, 20);
        Assert.InRange(peaks[Last] - peaks[Last / 2 / Every * Every], 0, 8);
        Assert.Contains("MiB of memory were in use", File.ReadAllText(Path.Combine(run.Folder, "log.txt")));

        // what is open for a moment, or for whom the pool takes one more on a busy machine, goes again: what stays is counted
        var (early, late) = (looks.Where(l => l.Update > 0 && l.Update <= Last * 3 / 10).ToList(),
            looks.Where(l => l.Update >= Last * 7 / 10).ToList());
        Assert.True(early.Count > 0 && late.Count > 0, $"looked {early.Count} and {late.Count} times");
        Assert.InRange(late.Min(l => l.Files) - early.Max(l => l.Files), -1000, 2);
        Assert.InRange(late.Min(l => l.Threads) - early.Max(l => l.Threads), -1000, 2);
    }

    /// <summary>
    /// Clips of as many lengths as there are clips, so that every batch of an epoch has a length of its own: what libraries keep for each
    /// new length must not add up.
    /// </summary>
    [Fact]
    public void Batches_of_many_lengths_need_no_more_memory_later_than_early()
    {
        using var run = new TinyRun();
        WriteClips(run);
        using var process = HubertProcess.Start(
        [
            "pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, .. run.Overrides, "optimization.max_update=240",
            "common.log_interval=60", "common.num_threads=1", "dataset.disable_validation=true", "checkpoint.no_save=true",
            "dataset.max_tokens=20000", "model.mask_length=2",
        ]);
        var result = process.WaitForEnd();

        Assert.True(result.ExitCode == 0, result.Error);
        var peaks = Peaks(run);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", peaks.Select(p => $"{p.Key}: {p.Value} MiB")));
        Assert.InRange(peaks[240] - peaks[60], 0, MostGrowthMib);
    }

    /// <summary>Noise of 240 lengths, from 0.25 to 1.25 s, with labels at random.</summary>
    private static void WriteClips(TinyRun run)
    {
        var random = new SeededRandom(1);
        List<string> manifest = [run.Data], labels = [];
        for (var clip = 0; clip < 240; clip++)
        {
            var samples = new short[4000 + 67 * clip];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (short)(6000 * (random.NextDouble() - 0.5));
            using (var file = new BinaryWriter(File.Create(Path.Combine(run.Data, $"{clip}.wav"))))
            {
                file.Write("RIFF"u8);
                file.Write(36 + 2 * samples.Length);
                file.Write("WAVEfmt "u8);
                file.Write(16);
                foreach (var field in (ReadOnlySpan<short>)[1, 1, 16000, 0, 32000, 0, 2, 16])
                    file.Write(field);
                file.Write("data"u8);
                file.Write(2 * samples.Length);
                file.Write(MemoryMarshal.AsBytes(samples.AsSpan()));
            }
            manifest.Add($"{clip}.wav\t{samples.Length}");
            labels.Add(string.Join(' ', Enumerable.Range(0, (int)(samples.Length * run.LabelRate / 16000))
                .Select(_ => random.Below(run.Classes - 4))));
        }
        foreach (var split in (string[])["train", "valid"])
        {
            File.WriteAllLines(Path.Combine(run.Data, $"{split}.tsv"), manifest);
            File.WriteAllLines(Path.Combine(run.Data, $"{split}.km"), labels);
        }
    }

    private static Dictionary<int, long> Peaks(TinyRun run) =>
        File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("tag").GetString() == "train_inner")
            .ToDictionary(l => l.GetProperty("num_updates").GetInt32(), l => l.GetProperty("peak_rss_mib").GetInt64());

    /// <summary>.NET itself takes more threads for its pool and its compiler where others keep the processors busy.</summary>
    private static bool IsOurs(string task) =>
        File.ReadAllText($"{task}/comm") is var name && !name.StartsWith(".NET TP", StringComparison.Ordinal)
        && !name.StartsWith(".NET Tiered", StringComparison.Ordinal);

    /// <summary>What the process has, as often as there is time, until it ends.</summary>
    private static List<(int Update, int Memory, int Files, int Threads)> Watch(HubertProcess process, string metrics)
    {
        var looks = new List<(int, int, int, int)>();
        for (; !process.HasEnded; Thread.Sleep(20))
        {
            try
            {
                var own = $"/proc/{process.Id}";
                var update = File.Exists(metrics)
                    ? File.ReadLines(metrics).Count(line => line.Contains("train_inner", StringComparison.Ordinal)) * Every
                    : 0;
                var memory = int.Parse(Regex.Match(File.ReadAllText($"{own}/status"), @"VmRSS:\s*(\d+)").Groups[1].Value,
                    CultureInfo.InvariantCulture) / 1024;
                looks.Add((update, memory, Directory.GetFileSystemEntries($"{own}/fd").Length,
                    Directory.GetDirectories($"{own}/task").Count(IsOurs)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // it has just ended
            }
        }
        return looks;
    }
}
