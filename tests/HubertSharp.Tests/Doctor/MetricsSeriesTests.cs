using System.Text;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Labels;

namespace HubertSharp.Tests.Doctor;

public class MetricsSeriesTests
{
    [Theory]
    [InlineData("{\"epoch\": 1, \"update\": 0.05, \"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", \"lr\": \"0.0001\"}")]
    [InlineData("[2023-05-01 10:00:00,123][train_inner][INFO] - {\"epoch\": 1, \"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", \"lr\": \"0.0001\"}")]
    [InlineData("2023-05-01 10:00:00 | INFO | train_inner | {\"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", \"lr\": \"0.0001\"}")]
    [InlineData("{\"tag\":\"train_inner\",\"num_updates\":10,\"loss\":9.6,\"loss_m_0\":6.7,\"lr\":0.0001,\"gnorm\":NaN}")]
    [InlineData("{\"tag\": \"train_inner\", \"num_updates\": 10, \"loss\": 9.6, \"loss_m_0\": 6.7, \"lr\": 0.0001, \"gnorm\": NaN, \"nested\": {\"x\": [1]}}")]
    public void Lines_of_all_writers_say_the_same(string line)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log", $"some text {{\n{line}\n");
        var point = Assert.Single(MetricsSeries.Read(path).Train);
        Assert.Equal((10L, 9.6, 6.7, 0.0001), (point.Update, point.Loss, point.LossMasked, point.LearningRate));
    }

    [Fact]
    public void Our_own_lines_read_back()
    {
        using var folder = new TemporaryFolder();
        using (var writer = MetricsWriter.Open(folder.At("metrics.jsonl"), 0))
        {
            writer.Append("train_inner", [new("num_updates", 5), new("loss", 7.5), new("loss_m_0", 6.5), new("loss_features_pen", 1), new("gnorm", double.PositiveInfinity)]);
            writer.Append("valid", [new("valid_num_updates", 5), new("valid_loss", 7), new("valid_loss_m_0", 6.25)]);
        }
        var series = MetricsSeries.Read(folder.At("metrics.jsonl"));
        Assert.Equal((7.5, 6.5, 1.0, double.PositiveInfinity), (series.Train[0].Loss, series.Train[0].LossMasked, series.Train[0].Penalty, series.Train[0].GradientNorm));
        Assert.Equal(6.25, Assert.Single(series.Valid).LossMasked);
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
    public void A_file_without_metrics_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log.txt", "hello {\n");
        Assert.StartsWith($"{path}: no training metrics in it", Assert.Throws<UserException>(() => MetricsSeries.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_a_fairseq_run_brings_its_labels()
    {
        using var folder = new TemporaryFolder();
        folder.Write("log.jsonl", "{\"num_updates\": 10, \"loss\": 3, \"loss_m_0\": 2}\n");
        folder.Write("dict.km.txt", "0 1\n1 1\n2 1\n");
        folder.Write("train.km", "0 0 1 1\n2 2 0 1\n");
        var (_, _, context) = DoctorInput.Read(folder.FullName);
        Assert.Equal((3, "dict.km.txt"), (context.Clusters, context.ClustersFrom));
        Assert.Equal(-((0.375 * Math.Log2(0.375) * 2) + (0.25 * Math.Log2(0.25))), context.LabelEntropyBits!.Value, 1e-12);
        Assert.Equal(7, DoctorInput.Read(folder.At("log.jsonl"), clusters: 7).Context.Clusters);
    }

    [Fact]
    public void Any_bytes_give_a_report_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        var pieces = Gen.OneOf("{", "}", "\"num_updates\": ", "\"loss\": ", "\"loss_m_0\": ", "10", "\"20\"", "1e308", "-1e308", "NaN", "\"nan\"", ", ", "\n", "[", "null", "\"tag\": \"valid\"", "\"ppl\": ",
            "\"gnorm\": ", "\"lr\": ", "{\"num_updates\": 1, \"loss\": 2}\n", "{\"num_updates\": 300, \"loss\": 1e308}\n", "{\"num_updates\": 500, \"loss\": -3, \"ppl\": 2}\n", "\u00ff", "\\ud800");
        Gen.OneOf<byte[]>(Gen.Byte.Array[0, 200], pieces.Array[0, 40].Select(p => Encoding.UTF8.GetBytes(string.Concat(p)))).Sample(bytes =>
            LabelDictionaryTests.NoCrash(folder, bytes, path => LossDoctor.Examine(MetricsSeries.Read(path), new DoctorContext { Clusters = 10 })), iter: 3000);
    }
}
