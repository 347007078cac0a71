using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Pretraining;

/// <summary>Whatever became of the files that only tell of a run, the run goes on.</summary>
public class SideFileTests
{
    [Fact]
    public void Damaged_side_files_do_not_block_a_resume()
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 4 });
        string At(string name) => Path.Combine(run.Folder, name);
        var lines = File.ReadAllLines(run.MetricsPath);
        File.WriteAllLines(run.MetricsPath, [new string('x', 2 << 20), .. lines[1..]]);
        File.WriteAllBytes(At("environment.json"), new byte[20 << 20]);
        File.Delete(At("labels.json"));
        Directory.CreateDirectory(At("labels.json"));
        File.Delete(At("log.txt"));
        Directory.CreateDirectory(At("log.txt"));
        File.WriteAllText(At("samples/valid.json"), "{");
        File.WriteAllBytes(At("config.yaml"), [0, 1, 2, 255]);
        Directory.Delete(At("tensorboard"), recursive: true);
        File.WriteAllText(At("tensorboard"), "");
        var notices = new List<string>();

        var summary = run.Train(new PretrainingOptions { Notice = notices.Add });

        Assert.True(summary.Finished);
        Assert.Equal(TinyRun.Undisturbed().MetricsWithoutClock[1..], TinyRun.WithoutClock(File.ReadAllLines(run.MetricsPath)[1..]));
        foreach (var name in (string[])["environment.json", "labels.json", "log.txt", "tensorboard"])
            Assert.Single(notices, n => n.Contains($"{name}.damaged-1", StringComparison.Ordinal));
        Assert.Single(notices, n => n.Contains("metrics.jsonl: damaged line 1;", StringComparison.Ordinal));
        Assert.Contains("going on from update 4", File.ReadAllText(At("log.txt")));
    }

    /// <summary>
    /// Every file and folder that a run writes beside its checkpoints, and every kind of thing that may stand in its place.
    /// </summary>
    [Fact]
    public async Task Nothing_in_the_place_of_a_side_file_ends_a_resume_or_is_waited_on()
    {
        using var whole = new TinyRun();
        var maximum = $"optimization.max_update={InTheWay.Kinds.Count + 2}";
        whole.Train(overrides: maximum);
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 1 }, maximum);
        var folder = RunFolder.Open(run.Folder);
        Assert.Empty(Written(run.Folder)
            .Except([.. folder.SidePaths.Concat(folder.SideFolderPaths), folder.LockPath, folder.CheckpointsPath]));
        Directory.CreateDirectory(Path.GetDirectoryName(folder.RankTimesPath)!); // as of a run that several processes began
        for (var i = 0; i < InTheWay.Kinds.Count; i++)
        {
            var kind = InTheWay.Kinds[i];
            string[] paths =
                [.. folder.SidePaths, folder.LockPath,
                    .. folder.SideFolderPaths.Where(p => !folder.SamplesPath.StartsWith(p, StringComparison.Ordinal))];
            if (kind == "folder")
                paths = [.. paths.Except(folder.SideFolderPaths)];
            foreach (var path in paths)
                InTheWay.Put(path, kind);
            var notices = new List<string>();
            var options = new PretrainingOptions { Notice = notices.Add, StopAfterUpdate = i + 2 };

            var summary = await Task.Run(() => run.Train(options, maximum))
                .WaitAsync(Patience.Long, TestContext.Current.CancellationToken);

            Assert.Equal(i + 2, summary.Updates);
            foreach (var path in paths)
            {
                var notice = Assert.Single(notices, n => n.StartsWith($"warning: {path}: ", StringComparison.Ordinal));
                Assert.Contains(" belongs; it is put aside as ", notice, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', notice);
            }
            // samples come with validations, transcripts with fine-tuning, times of ranks with ranks
            Assert.All(folder.SidePaths.Except([folder.SamplesPath, folder.TranscriptsPath, folder.RankTimesPath]),
                path => Assert.True(new FileInfo(path) is { Exists: true, LinkTarget: null }, path));
        }
        run.Train(overrides: maximum);
        Assert.Equal(whole.MetricsWithoutClock()[^1], run.MetricsWithoutClock()[^1]);
    }

    [Fact]
    public void A_folder_of_samples_that_is_none_is_put_aside()
    {
        using var run = new TinyRun();
        Directory.CreateDirectory(run.Folder);
        File.WriteAllText(Path.Combine(run.Folder, "samples"), "mine");
        var notices = new List<string>();
        run.Train(new PretrainingOptions { Notice = notices.Add, StopAfterUpdate = 4 });
        Assert.Single(notices,
            n => n.Contains("samples: a file where a folder belongs; it is put aside as samples.damaged-1", StringComparison.Ordinal));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(run.Folder, "samples.damaged-1")));
        Assert.True(File.Exists(Path.Combine(run.Folder, "samples", "valid.json")));
    }

    /// <summary>A gigabyte that holds nothing (sparse), or only line ends.</summary>
    [Fact]
    public void Side_files_of_any_size_do_not_end_a_resume()
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        var folder = RunFolder.Open(run.Folder);
        foreach (var path in folder.SidePaths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.OpenOrCreate);
            file.SetLength(1 << 30);
        }
        using (var metrics = new FileStream(folder.MetricsPath, FileMode.Create))
        {
            for (var i = 0; i < 5; i++)
                metrics.Write(Enumerable.Repeat((byte)'\n', 1_000_000).ToArray());
        }
        var notices = new List<string>();
        Assert.Equal(3, run.Train(new PretrainingOptions { Notice = notices.Add, StopAfterUpdate = 3 }).Updates);
        Assert.Single(notices, n => n.Contains("environment.json: above 16 MiB; it is put aside", StringComparison.Ordinal));
        Assert.Single(notices, n => n.Contains("metrics.jsonl: more lines than a run writes; it is put aside", StringComparison.Ordinal));
    }

    /// <summary>As a file of another user is; the kernel's own refuses to be written even by root.</summary>
    [Fact]
    public void A_log_or_metrics_that_may_not_be_written_are_put_aside()
    {
        const string Unwritable = "/sys/kernel/uevent_seqnum";
        Assert.SkipUnless(File.Exists(Unwritable), "no sysfs here");
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        foreach (var name in (string[])["log.txt", "metrics.jsonl"])
        {
            File.Delete(Path.Combine(run.Folder, name));
            File.CreateSymbolicLink(Path.Combine(run.Folder, name), Unwritable);
        }
        var notices = new List<string>();
        Assert.Equal(3, run.Train(new PretrainingOptions { Notice = notices.Add, StopAfterUpdate = 3 }).Updates);
        Assert.Single(notices, n => n.Contains("log.txt: cannot be opened", StringComparison.Ordinal));
        Assert.Single(notices, n => n.Contains("metrics.jsonl: cannot be opened", StringComparison.Ordinal));
    }

    /// <summary>Checkpoints are no side file: a run that began anew because their disk is not there would cut what was logged.</summary>
    [Fact]
    public void A_folder_of_checkpoints_that_leads_nowhere_is_refused_and_nothing_is_changed()
    {
        using var run = new TinyRun();
        run.Train(new PretrainingOptions { StopAfterUpdate = 2 });
        var metrics = File.ReadAllText(run.MetricsPath);
        Directory.Move(Path.Combine(run.Folder, "checkpoints"), Path.Combine(run.Folder, "elsewhere"));
        foreach (var kind in InTheWay.Kinds.Where(kind => kind != "folder"))
        {
            InTheWay.Put(Path.Combine(run.Folder, "checkpoints"), kind);
            Assert.Contains("the folder of the checkpoints cannot be read", Assert.Throws<UserException>(() => run.Train()).Message,
                StringComparison.Ordinal);
        }
        Assert.Equal(metrics, File.ReadAllText(run.MetricsPath));
    }

    private static IEnumerable<string> Written(string run) =>
        Directory.EnumerateFileSystemEntries(run).Concat(Directory.Exists(Path.Combine(run, "samples"))
            ? Directory.EnumerateFileSystemEntries(Path.Combine(run, "samples"))
            : []);
}
