using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

public class MetricsWriterTests
{
    [Fact]
    public void Numbers_are_numbers_and_read_back_to_the_last_bit()
    {
        using var folder = new TemporaryFolder();
        using (var writer = MetricsWriter.Open(folder.At("metrics.jsonl"), 0))
            writer.Append("train_inner",
                Line(10, ("loss", 0.1 + 0.2), ("gnorm", double.NaN), ("lr", 1e-6), ("count_m_0", 431.2), ("clip", 0)));
        Assert.Equal(
            "{\"tag\":\"train_inner\",\"num_updates\":10,\"loss\":0.30000000000000004,\"gnorm\":\"NaN\",\"lr\":1E-06,\"count_m_0\":431.2,"
            + "\"clip\":0}\n",
            File.ReadAllText(folder.At("metrics.jsonl")));
    }

    [Fact]
    public void Resuming_removes_later_lines_and_a_cut_one()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        using (var writer = MetricsWriter.Open(path, 0))
        {
            for (var update = 10; update <= 50; update += 10)
                writer.Append("train_inner", Line(update, ("loss", update)));
            writer.Append("valid", [new("valid_num_updates", 50), new("valid_loss", 1)]);
        }
        var whole = File.ReadAllLines(path);
        File.AppendAllText(path, "{\"tag\":\"train_inner\",\"num_upd"); // killed while writing
        using (var writer = MetricsWriter.Open(path, 1000))
            writer.Append("train_inner", Line(60, ("loss", 60)));
        Assert.Equal([.. whole, "{\"tag\":\"train_inner\",\"num_updates\":60,\"loss\":60}"], File.ReadAllLines(path));
        MetricsWriter.Open(path, 30).Dispose();
        Assert.Equal(whole[..3], File.ReadAllLines(path));
        MetricsWriter.Open(path, 0).Dispose();
        Assert.Equal("", File.ReadAllText(path));
    }

    /// <summary>What is written into a file that nobody finds any more would be lost, beside checkpoints that rely on it.</summary>
    [Fact]
    public void A_file_that_was_removed_moved_or_replaced_takes_no_more_lines()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("run/metrics.jsonl");
        using var writer = MetricsWriter.Open(path, 0);
        writer.Append("train_inner", Line(10));
        var whole = File.ReadAllText(path);
        Directory.Move(folder.At("run"), folder.At("other"));
        Refused(() => writer.Append("train_inner", Line(20)));
        Refused(writer.Sync);
        Assert.False(Path.Exists(folder.At("run")));
        folder.Write("run/metrics.jsonl", ""); // as another run begins
        Refused(() => writer.Append("train_inner", Line(20)));
        Refused(writer.Sync);
        Assert.Equal(whole, File.ReadAllText(folder.At("other/metrics.jsonl")));
        File.Move(folder.At("other/metrics.jsonl"), path, overwrite: true);
        writer.Append("train_inner", Line(20));
        writer.Sync();
        Assert.Equal(2, File.ReadAllLines(path).Length);

        void Refused(Action act) => Assert.StartsWith(
            $"{path}: removed, moved or replaced while the run writes it; put the run folder",
            Assert.Throws<UserException>(act).Message);
    }

    public static TheoryData<string, byte[]> Damages => new()
    {
        { "half a line", "{\"tag\":\"train_inner\",\"num_upd"u8.ToArray() },
        { "no JSON", "Segmentation fault"u8.ToArray() },
        { "zeros", new byte[4096] },
        { "a carriage return and controls", [1, 2, 13, 27, 127] },
        { "no UTF-8", [.. "{\"tag\":\""u8, 0xc3, 0x28, .. "\",\"num_updates\":20}"u8] },
        { "a line without end", [.. Enumerable.Repeat((byte)'x', 3 << 20)] },
        { "an object of a megabyte", [.. "{\"tag\":\""u8, .. Enumerable.Repeat((byte)'x', 2 << 20), .. "\"}"u8] },
        { "a larger update", "{\"tag\":\"train_inner\",\"num_updates\":90}"u8.ToArray() },
        { "a smaller update", "{\"tag\":\"train_inner\",\"num_updates\":1}"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_line_costs_no_other_line_at_a_resume(string what, byte[] damage)
    {
        for (var place = 0; place < 5; place++)
        {
            if (what == "a smaller update" && place < 2)
                continue; // there it may be in order
            using var folder = new TemporaryFolder();
            var path = folder.At("metrics.jsonl");
            var lines = Enumerable.Range(1, 7)
                .Select(i => Encoding.UTF8.GetBytes($"{{\"tag\":\"train_inner\",\"num_updates\":{i * 10}}}")).ToList();
            lines[place] = damage;
            File.WriteAllBytes(path, [.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])]);
            var notices = new List<string>();
            using (var writer = MetricsWriter.Open(path, 50, notices.Add)) // the lines of 60 and 70 are cut
                writer.Append("train_inner", Line(60));
            Assert.Equal(
                (byte[])[.. lines.Take(5).SelectMany(line => (byte[])[.. line, (byte)'\n']),
                    .. "{\"tag\":\"train_inner\",\"num_updates\":60}\n"u8], File.ReadAllBytes(path));
            Assert.Contains($": damaged line {place + 1};", Assert.Single(notices));
            Assert.Single(Directory.GetFiles(folder.FullName)); // nothing but the lines after the checkpoint was cut: no copy
        }
    }

    [Fact]
    public void Damage_among_the_lines_that_are_cut_leaves_a_copy()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("metrics.jsonl",
            string.Concat(((string[])["10", "20", "30", "x", "40"]).Select(u => $"{{\"num_updates\":{u}}}\n")));
        var before = File.ReadAllText(path);
        var notices = new List<string>();
        MetricsWriter.Open(path, 20, notices.Add).Dispose();
        Assert.Equal(before[..before.IndexOf("{\"num_updates\":30", StringComparison.Ordinal)], File.ReadAllText(path));
        Assert.Equal(before, File.ReadAllText(folder.At("metrics.jsonl.copy-1")));
        Assert.Contains("metrics.jsonl.copy-1", Assert.Single(notices));
        MetricsWriter.Open(path, 20, notices.Add).Dispose();
        Assert.Single(notices);
    }

    [Theory]
    [InlineData("{\"num_updates\":20}", "{\"num_updates\":20}\n", 0)] // whole, only its newline is lost
    [InlineData("{\"num_updates\":30}", "", 0)]
    [InlineData("{\"num_upda", "", 0)] // a kill
    [InlineData("\0\0\0\0", "\0\0\0\0\n", 1)] // a power cut
    public void What_stands_at_the_end_without_a_newline(string end, string kept, int notices)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("metrics.jsonl", "{\"num_updates\":10}\n" + end);
        var told = new List<string>();
        MetricsWriter.Open(path, 20, told.Add).Dispose();
        Assert.Equal("{\"num_updates\":10}\n" + kept, File.ReadAllText(path));
        Assert.Equal(notices, told.Count);
    }

    [Fact]
    public void A_run_that_begins_anew_keeps_the_longest_lines_of_before_in_one_copy()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        foreach (var lines in (int[])[5, 3, 4]) // killed before the first checkpoint, again and again
        {
            using var writer = MetricsWriter.Open(path, 0);
            for (var i = 1; i <= lines; i++)
                writer.Append("train_inner", Line(i));
        }
        MetricsWriter.Open(path, 0).Dispose();
        Assert.Equal(["metrics.jsonl", "metrics.jsonl.copy-1"],
            Directory.GetFiles(folder.FullName).Select(f => Path.GetFileName(f)!).Order());
        Assert.Equal(5, File.ReadLines(folder.At("metrics.jsonl.copy-1")).Count());
    }

    [Fact]
    public void What_is_no_file_is_put_aside()
    {
        using var folder = new TemporaryFolder();
        foreach (var (kind, number) in InTheWay.Kinds.Select((kind, i) => (kind, i + 1)))
        {
            InTheWay.Put(folder.At("metrics.jsonl"), kind);
            var notices = new List<string>();
            MetricsWriter.Open(folder.At("metrics.jsonl"), 4, notices.Add).Dispose();
            Assert.Contains($"it is put aside as metrics.jsonl.damaged-{number}", Assert.Single(notices), StringComparison.Ordinal);
            Assert.True(new FileInfo(folder.At("metrics.jsonl")) is { Exists: true, LinkTarget: null });
        }
    }

    private static IEnumerable<KeyValuePair<string, double>> Line(long update, params (string Key, double Value)[] values) =>
        [new("num_updates", update), .. values.Select(v => new KeyValuePair<string, double>(v.Key, v.Value))];
}
