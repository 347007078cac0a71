using System.Diagnostics;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Interop;

/// <summary>
/// Changed model files: each gives a model or one line that names it, quickly and in memory that the file warrants. Some thousands
/// here; <c>bench/fuzz-models.sh</c> tries a hundred thousand.
/// </summary>
public sealed class ReaderFuzzTests : IDisposable
{
    /// <summary>Objects of a pickle cost more than their bytes; the rest is what any reading takes.</summary>
    private const long BytesPerByte = 100, FreeBytes = 8 << 20;

    private readonly TemporaryFolder _folder = new();

    /// <summary>A hang; <c>bench/fuzz-models.sh</c>, on a machine of its own, allows five seconds.</summary>
    private static double MostSeconds =>
        double.Parse(Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_SECONDS") ?? $"{Patience.LongMilliseconds / 1000}");

    private static int Files => int.Parse(Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_FILES") ?? "1000");

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_SEED") ?? "1");

    [Fact]
    public void Every_changed_file_gives_a_model_or_one_line()
    {
        var seeds = FuzzSeed.All(_folder);
        var originals = seeds.ToDictionary(seed => seed.File, seed => File.ReadAllBytes(seed.File));
        foreach (var seed in seeds) // unchanged, each is read
            Try(seed, originals[seed.File], out _, seed.File, out _, out _, mustRead: true);
        var (models, refused, slowest, most) = (0, 0, 0.0, 0L);
        for (var number = FirstSeed; number < FirstSeed + Files; number++)
        {
            var random = new Random(number);
            var seed = seeds[number % seeds.Count];
            byte[] Other() => originals[seeds[random.Next(seeds.Count)].File];
            var changed = (random.Next(2) == 0 ? seed.ChangePickle(random, Other) : null)
                ?? Mutation.Apply([.. originals[seed.File]], random, Other);
            Try(seed, changed, out var wasRefused, $"seed {number} of {Path.GetFileName(seed.File)}", out var seconds, out var allocated,
                mustRead: false);
            (models, refused) = wasRefused ? (models, refused + 1) : (models + 1, refused);
            (slowest, most) = (Math.Max(slowest, seconds), Math.Max(most, allocated));
        }
        Assert.True(models > Files / 20 && refused > Files / 20, $"{models} models, {refused} refused");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Files} files from {seeds.Count}: {models} read, {refused} refused in one line, slowest {slowest:0.000} s, "
            + $"most {most / 1048576.0:0.0} MiB allocated, process at most {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
    }

    public void Dispose() => _folder.Dispose();

    private void Try(FuzzSeed seed, byte[] content, out bool refused, string name, out double seconds, out long allocated, bool mustRead)
    {
        var place = _folder.At("changed");
        var (path, bytes) = seed.Write(place, content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        refused = false;
        try
        {
            FuzzSeed.Read(path);
        }
        catch (UserException e) when (!mustRead)
        {
            refused = true;
            Assert.False(e.Message.Contains('\n') || e.Message.Length > 2000, $"{name}: {e.Message}");
        }
        catch (Exception e)
        {
            Assert.Fail($"{name}: {e}");
        }
        (seconds, allocated) = (clock.Elapsed.TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(seconds < MostSeconds, $"{name}: {seconds} s");
        Assert.True(allocated < FreeBytes + (BytesPerByte * bytes), $"{name}: {allocated} bytes for {bytes}");
        Directory.Delete(place, recursive: true);
    }
}
