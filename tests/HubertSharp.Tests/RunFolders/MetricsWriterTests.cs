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
            writer.Append("train_inner", Line(10, ("loss", 0.1 + 0.2), ("gnorm", double.NaN), ("lr", 1e-6), ("count_m_0", 431.2), ("clip", 0)));
        Assert.Equal("{\"tag\":\"train_inner\",\"num_updates\":10,\"loss\":0.30000000000000004,\"gnorm\":\"NaN\",\"lr\":1E-06,\"count_m_0\":431.2,\"clip\":0}\n",
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

    [Fact]
    public void A_line_in_another_run_s_way_is_an_error_in_one_line()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("metrics.jsonl"));
        var error = Assert.Throws<UserException>(() => MetricsWriter.Open(folder.At("metrics.jsonl"), 0));
        Assert.StartsWith($"{folder.At("metrics.jsonl")}: cannot write", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, double>> Line(long update, params (string Key, double Value)[] values) =>
        [new("num_updates", update), .. values.Select(v => new KeyValuePair<string, double>(v.Key, v.Value))];
}
