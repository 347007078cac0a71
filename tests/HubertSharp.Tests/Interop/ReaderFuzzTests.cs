using System.Diagnostics;
using HubertSharp.Interop;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Interop;

/// <summary>
/// Mutated model files: each gives a model or one line that names it, quickly and in memory that the file warrants. A few hundred
/// here; <c>HUBERTSHARP_FUZZ_FILES=100000</c> (and <c>HUBERTSHARP_FUZZ_SEED</c>) makes it long.
/// </summary>
public sealed class ReaderFuzzTests : IDisposable
{
    /// <summary>Objects of a pickle cost more than their bytes; the rest is what any reading takes.</summary>
    private const long BytesPerByte = 100, FreeBytes = 48 << 20;
    private const double MostSeconds = 5;

    private readonly TemporaryFolder _folder = new();

    private static int Files => int.Parse(Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_FILES") ?? "400");

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_SEED") ?? "1");

    [Fact]
    public void Every_mutated_file_gives_a_model_or_one_line()
    {
        var seeds = Seeds();
        Assert.NotEmpty(seeds);
        int models = 0, refused = 0;
        var log = Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_FILES") is null ? null : TestContext.Current.TestOutputHelper;
        double slowest = 0;
        long most = 0;
        for (var seed = FirstSeed; seed < FirstSeed + Files; seed++)
        {
            var random = new Random(seed);
            var (folder, file) = seeds[seed % seeds.Count];
            var place = _folder.At("model");
            Directory.CreateDirectory(place);
            foreach (var other in Directory.GetFiles(folder == "" ? Path.GetDirectoryName(file)! : folder, "*.json").Where(_ => folder != ""))
                File.Copy(other, Path.Combine(place, Path.GetFileName(other)), overwrite: true);
            if (folder != "" && file.EndsWith(".json", StringComparison.Ordinal))
                File.Copy(HuggingFaceReader.WeightsOf(folder)!, Path.Combine(place, Path.GetFileName(HuggingFaceReader.WeightsOf(folder)!)), overwrite: true);
            var mutated = Path.Combine(place, Path.GetFileName(file));
            var bytes = Mutation.Apply(File.ReadAllBytes(file), random, () => File.ReadAllBytes(seeds[random.Next(seeds.Count)].File));
            File.WriteAllBytes(mutated, bytes);
            var size = Directory.GetFiles(place).Sum(f => new FileInfo(f).Length);

            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            try
            {
                models += ModelReader.Read(folder == "" ? mutated : place, withTraining: true).Weights.Count > 0 ? 1 : 0;
            }
            catch (UserException e)
            {
                refused++;
                Assert.False(e.Message.Contains('\n') || e.Message.Length > 2000, $"seed {seed}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed} of {Path.GetFileName(file)}: {e}");
            }
            (slowest, most) = (Math.Max(slowest, clock.Elapsed.TotalSeconds), Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before));
            Assert.True(clock.Elapsed.TotalSeconds < MostSeconds, $"seed {seed}: {clock.Elapsed}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < FreeBytes + (BytesPerByte * size), $"seed {seed}: {GC.GetAllocatedBytesForCurrentThread() - before} bytes for {size}");
            Directory.Delete(place, recursive: true);
        }
        Assert.True(models > 0 && refused > 0, $"{models} models, {refused} refused");
        log?.WriteLine($"{Files} files: {models} models, {refused} refused, slowest {slowest:0.000} s, most {most / 1048576.0:0.0} MiB allocated");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Each file that is read: a <c>.pt</c> alone, or one file of a folder whose others stay whole.</summary>
    private static List<(string Folder, string File)> Seeds()
    {
        var seeds = new List<(string, string)>();
        foreach (var name in Fixtures.Matching("*"))
        {
            seeds.AddRange(Directory.GetFiles(Fixtures.At(name), "checkpoint*.pt").Select(file => ("", file)));
            foreach (var folder in Directory.GetDirectories(Fixtures.At(name), "hf*").Append(Fixtures.At(name)).Where(f => File.Exists(Path.Combine(f, "config.json")) && HuggingFaceReader.WeightsOf(f) is not null))
                seeds.AddRange(Directory.GetFiles(folder).Where(f => Path.GetFileName(f) is "config.json" or "preprocessor_config.json" or "vocab.json" || f == HuggingFaceReader.WeightsOf(folder)).Select(file => (folder, file)));
        }
        return [.. seeds.Order()];
    }
}
