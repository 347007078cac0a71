using System.IO.Compression;
using System.Text;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Labels;

namespace HubertSharp.Tests.Doctor.Logs;

public class MetricsSeriesTests
{
    [Fact]
    public void Our_own_lines_read_back()
    {
        using var folder = new TemporaryFolder();
        using (var writer = MetricsWriter.Open(folder.At("metrics.jsonl"), 0))
        {
            writer.Append("train_inner", [new("num_updates", 5), new("loss", 7.5), new("loss_m_0", 6.5), new("loss_features_pen", 1),
                new("gnorm", double.PositiveInfinity), new("loss_m_0_zh", 6.2), new("correct_m_0_zh", 0.1)]);
            writer.Append("valid", [new("valid_num_updates", 5), new("valid_loss", 7), new("valid_loss_m_0", 6.25)]);
        }
        var series = MetricsSeries.Read(folder.At("metrics.jsonl"));
        Assert.Equal((7.5, 6.5, 1.0, double.PositiveInfinity),
            (series.Train[0].Loss, series.Train[0].LossMasked, series.Train[0].Penalty, series.Train[0].GradientNorm));
        Assert.Equal((6.2, 0.1), (series.Train[0].Languages["zh"].Loss, series.Train[0].Languages["zh"].Accuracy));
        Assert.Equal(6.25, Assert.Single(series.Valid).LossMasked);
        Assert.Equal(Runs.Doctor.Logs.LogFormat.HubertSharp, series.Format);
    }

    [Fact]
    public void Damaged_lines_of_our_own_log_are_passed_over_and_counted()
    {
        using var folder = new TemporaryFolder();
        string Line(int update) => $"{{\"tag\":\"train_inner\",\"num_updates\":{update},\"loss\":5,\"loss_m_0\":5}}";
        var path = folder.Write("metrics.jsonl", string.Join('\n', new string('\0', 100), Line(10), "junk", new string('x', 3 << 20), "",
            Line(20), "{\"tag\":\"trai", Line(30), ""));
        var series = MetricsSeries.Read(path);
        Assert.Equal([10, 20, 30], series.Train.Select(p => p.Update));
        Assert.Equal(4, series.BrokenLines);
    }

    [Fact]
    public void A_restart_replaces_what_it_repeats()
    {
        using var folder = new TemporaryFolder();
        int[] updates = [10, 20, 30, 40, 30, 40, 50];
        var path = folder.Write("log", string.Concat(updates.Select((u, i) => $"{{\"num_updates\": {u}, \"loss\": {i}}}\n")));
        var series = MetricsSeries.Read(path);
        Assert.Equal([0, 1, 4, 5, 6], series.Train.Select(p => (int)p.Loss!.Value));
        Assert.Equal(1, series.Restarts);
    }

    [Fact]
    public void The_folder_of_a_fairseq_run_brings_its_labels()
    {
        using var folder = new TemporaryFolder();
        folder.Write("log.jsonl", "{\"num_updates\": 10, \"loss\": 3, \"loss_m_0\": 2}\n");
        folder.Write("dict.km.txt", "0 1\n1 1\n2 1\n");
        folder.Write("train.km", "0 0 1 1\n2 2 0 1\n");
        var context = DoctorInput.Read(folder.FullName).Context;
        Assert.Equal((3, "dict.km.txt"), (context.Clusters, context.ClustersFrom));
        Assert.Equal(-((0.375 * Math.Log2(0.375) * 2) + (0.25 * Math.Log2(0.25))), context.LabelEntropyBits!.Value, 1e-12);
        Assert.Equal(7, DoctorInput.Read(folder.At("log.jsonl"), new DoctorOptions { Clusters = 7 }).Context.Clusters);
    }

    [Fact]
    public void Rotated_parts_are_read_as_one_log()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.log.2", "{\"num_updates\": 10, \"loss\": 9}\n");
        folder.Write("train.log.1", "{\"num_updates\": 20, \"loss\": 8}\n");
        folder.Write("train.log", "{\"num_updates\": 30, \"loss\": 7}\n");
        var series = DoctorInput.Read(folder.FullName).Series;
        Assert.Equal([10, 20, 30], series.Train.Select(p => p.Update));
        Assert.Equal(3, series.Files.Count);
    }

    [Fact]
    public void A_log_of_any_length_keeps_its_span_and_its_first_line_in_few_points()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log", string.Concat(Enumerable.Range(1, 40_000)
            .Select(i => $"{{\"num_updates\": {i}, \"loss\": {(i == 1 ? 9.6 : 5)}, \"loss_m_0\": {(i == 1 ? 6.77 : 5)}}}\n")));
        var series = MetricsSeries.Read(path);
        Assert.InRange(series.Train.Count, 8_000, 16_384);
        Assert.Equal((1, 9.6, 40_000), (series.First.Update, series.First.Loss!.Value, series.Train[^1].Update));
        Assert.Equal(40_000, series.Train.Sum(p => p.Lines));
    }

    [Theory]
    [InlineData("hello {\n", "no training metrics in it")]
    [InlineData("", "no training metrics in it")]
    [InlineData("{\"num_updates\": 10, \"lo", "no whole line of metrics in it")]
    [InlineData("\0\0\u0001PK", "not a text log")]
    public void A_foreign_file_is_refused_in_one_line(string text, string what)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log.txt", text);
        var message = Assert.Throws<UserException>(() => MetricsSeries.Read(path)).Message;
        Assert.StartsWith($"{path}: {what}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Compressed_coloured_and_utf16_files_read_like_plain_ones()
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(1, 50)
            .Select(i => $"\u001b[32m[2023-05-01 10:00:00,1]\u001b[0m[\u001b[1mtrain_inner\u001b[0m][INFO] - {{\"num_updates\": \"{i}\", "
                + $"\"loss\": \"{9 - (i / 10.0)}\"}}\r\n"));
        File.WriteAllText(folder.At("plain"), text);
        File.WriteAllText(folder.At("little"), text, Encoding.Unicode);
        File.WriteAllText(folder.At("big"), text, Encoding.BigEndianUnicode);
        File.WriteAllText(folder.At("marked"), text, new UTF8Encoding(true));
        using (var packed = new GZipStream(File.Create(folder.At("packed.gz")), CompressionLevel.Fastest))
            packed.Write(Encoding.UTF8.GetBytes(text));
        foreach (var name in new[] { "plain", "little", "big", "marked", "packed.gz" })
        {
            var series = MetricsSeries.Read(folder.At(name));
            Assert.Equal((50, 50L, 4.0), (series.Train.Count, series.Train[^1].Update, series.Train[^1].Loss));
        }
        Assert.StartsWith($"{folder.At("c")}: no such file", Assert.Throws<UserException>(() => MetricsSeries.Read(folder.At("c"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_log_that_was_cut_keeps_what_came_before()
    {
        using var folder = new TemporaryFolder();
        var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 1; i <= 20_000; i++)
                packed.Write(Encoding.UTF8.GetBytes($"{{\"num_updates\": \"{i}\", \"loss\": \"{9 - (Math.Sin(i) / 10)}\"}}\n"));
        }
        File.WriteAllBytes(folder.At("cut"), bytes.ToArray()[..(int)(bytes.Length / 2)]);
        Assert.InRange(MetricsSeries.Read(folder.At("cut")).Train[^1].Update, 2_000, 19_000);
        File.WriteAllBytes(folder.At("head"), [0x1f, 0x8b, 8, 0, 0, 0]);
        Assert.Contains("no training metrics", Assert.Throws<UserException>(() => MetricsSeries.Read(folder.At("head"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_give_a_report_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        var pieces = Gen.OneOf("{", "}", "\"num_updates\": ", "\"loss\": ", "\"loss_m_0\": ", "10", "\"20\"", "1e308", "-1e308", "NaN",
            "\"nan\"", ", ", "\n", "\r", "[", "]", "null", "\"tag\": \"valid\"", "\"ppl\": ",
            "\"gnorm\": ", "\"lr\": ", "{\"num_updates\": 1, \"loss\": 2}\n", "{\"num_updates\": 300, \"loss\": 1e308}\n",
            "{\"num_updates\": 500, \"loss\": -3, \"ppl\": 2}\n", "\u00ff", "\\", "\\ud800",
            "num_updates=5", "loss=3, ", " | ", "| num_updates 7", "| loss 4 ", "1epoch:train:1-100batch: loss=5.1, acc_m=0.1\n",
            "2epoch results: [train] loss=3, total_count=200, [valid] loss=nan\n",
            "Epoch 1, batch 50, loss[loss=4.1, loss_m_0=3.9, over 100.00 frames. ], tot_loss[], lr: 1e-3\n",
            "Epoch 9223372036854775807, batch 9223372036854775807, loss[loss=1, over 1 frames. ]\n",
            "Epoch 2, validation: loss=4, over 3 frames.\n", "Epoch 0, global step 50: 'val_loss' reached 3.5\n",
            "Epoch 1:  12%|#| 352/2935 [05:12<38:00, 1.1it/s, train_masked_accuracy_step=0.1]\n", "step,loss\n", "1,2\n", "9e18,4\n",
            "'max_update': ", "num_classes=[504]");
        Gen.OneOf<byte[]>(Gen.Byte.Array[0, 200], pieces.Array[0, 40].Select(p => Encoding.UTF8.GetBytes(string.Concat(p)))).Sample(bytes =>
            LabelDictionaryTests.NoCrash(folder, bytes,
                path => LossDoctor.Examine(MetricsSeries.Read(path), new DoctorContext { Clusters = 10 })), iter: 4000);
    }
}
