using System.Diagnostics;
using HubertSharp.Features;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Files;

/// <summary>What a killed process left is cleared by the next one that writes there; what a living one writes is not.</summary>
public sealed class LeftoversTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Only_what_a_dead_process_left_is_cleared()
    {
        using var alive = Process.Start("sleep", "3600");
        var own = WorkName.In(_folder.FullName, "own");
        string Named(long process, string start, string machine, string name) =>
            Directory.CreateDirectory(_folder.At($".partial-{process}-{start}-{machine}-1-{name}")).FullName;
        try
        {
            var dead = Named(alive.Id, "1", WritingProcess.Machine, "another process has the number now");
            var living = Named(alive.Id, StartOf(alive.Id), WritingProcess.Machine, "it still writes");
            var elsewhere = Named(alive.Id, "1", "0a1b2c3d", "of another machine");
            var longAgo = Named(alive.Id, "1", "0a1b2c3e", "of another machine, long ago");
            var earlier = Directory.CreateDirectory(_folder.At(".partial-2147483647-model")).FullName;
            Directory.SetLastWriteTimeUtc(longAgo, DateTime.UtcNow.AddDays(-2));
            var whole = Directory.CreateDirectory(_folder.At($".whole-{alive.Id}-1-{WritingProcess.Machine}-1-x")).FullName;
            var users = Directory.CreateDirectory(_folder.At(".partial-notes")).FullName;
            Directory.CreateDirectory(own);
            using (WorkFolder.In(_folder.FullName, "next"))
                Assert.Equal(new[] { living, elsewhere, whole, users, own }.Order(),
                    Directory.GetDirectories(_folder.FullName).Where(path => !path.EndsWith("-next", StringComparison.Ordinal)).Order());
            Assert.False(Directory.Exists(dead) || Directory.Exists(earlier));
        }
        finally
        {
            alive.Kill();
        }
        alive.WaitForExit();
        Leftovers.Clear(_folder.FullName);
        Assert.DoesNotContain(Directory.GetDirectories(_folder.FullName),
            path => path.EndsWith("it still writes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_half_written_by_a_killed_process_goes_when_the_next_is_written()
    {
        var left = _folder.Write($".partial-2147483647-1-{WritingProcess.Machine}-1-a.json", "{");
        AtomicFile.WriteAllText(_folder.At("b.json"), "{}");
        Assert.False(File.Exists(left));
        Assert.Equal(["b.json"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName));
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(_folder.At("b.json"), _ => throw new InvalidOperationException()));
        Assert.Equal(["b.json"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public void A_dump_of_another_program_is_kept_when_one_is_written_in_its_place()
    {
        var description = new FeatureDescription { Kind = "made-up", Dimensions = 1, FrameRate = 100 };
        NpyWriter.Write(_folder.At("train_0_1.npy"), [1f, 2f], 1);
        _folder.Write("train_0_1.len", "2\n");
        for (var time = 0; time < 2; time++)
        {
            using var writer = FeatureDumpWriter.Create(_folder.FullName, "train", FeatureShard.Whole, description);
            writer.Append([5f], "x");
            writer.Complete();
        }
        Assert.Equal(["train_0_1.features.json", "train_0_1.len", "train_0_1.len.1", "train_0_1.npy", "train_0_1.npy.1"],
            Directory.GetFiles(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("2\n", File.ReadAllText(_folder.At("train_0_1.len.1")));
    }

    [Fact]
    public void A_benchmark_that_was_killed_leaves_its_folder_only_until_the_next()
    {
        string[] Left() => [.. Directory.GetDirectories(_folder.FullName, "*hubert-bench-*")];
        string Command(int frames) => $"TMPDIR={_folder.FullName} exec $HUBERT bench kmeans --frames {frames} --clusters 2";
        using (var killed = HubertProcess.StartShell(["sh", "-c"], Command(20_000_000)))
        {
            while (Left().Length == 0 && !killed.HasEnded)
                Thread.Sleep(5);
            killed.Kill();
            killed.WaitForEnd();
        }
        Assert.Single(Left());
        var result = HubertProcess.RunShell(["sh", "-c"], Command(300));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Empty(Left());
    }

    private static string StartOf(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return ulong.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]).ToString("x");
    }

    public void Dispose() => _folder.Dispose();
}
