using System.Text;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;
using HubertSharp.Tests.Labels;
using HubertSharp.Training.Logging;

namespace HubertSharp.Tests.Doctor.Logs.TensorBoard;

public class TensorBoardLogTests
{
    [Fact]
    public void The_checksum_is_tensorflows()
    {
        // rfc3720, B.4: 32 bytes of zeros have CRC-32C 0x8a9136aa
        var crc = 0x8a9136aau;
        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xa282ead8, Crc32C.Masked(new byte[32]));
        Assert.Equal(unchecked(((0xe3069283u >> 15) | (0xe3069283u << 17)) + 0xa282ead8), Crc32C.Masked("123456789"u8));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fairseqs_three_folders_are_one_run(bool asTensor)
    {
        using var folder = new TemporaryFolder();
        EventFiles.Write(folder.At("tblog", "train_inner", "events.out.tfevents.1.host"),
            Enumerable.Range(1, 20).SelectMany(i => Scalars(i * 200, 6.8f - (0.1f * i))), asTensor);
        EventFiles.Write(folder.At("tblog", "train", "events.out.tfevents.1.host"), Scalars(4000, 5.5f), asTensor);
        EventFiles.Write(folder.At("tblog", "valid", "events.out.tfevents.1.host"), Scalars(4000, 4.9f), asTensor);
        var series = DoctorInput.Read(folder.FullName).Series;
        Assert.Equal((LogFormat.TensorBoard, "bits", TrainingObjective.MaskedPrediction),
            (series.Format, series.LogUnit, series.Objective));
        Assert.Equal((20, 200), (series.Train.Count, series.Train[0].Update));
        Assert.Equal(6.7, series.Train[0].LossMasked!.Value, 1e-6);
        Assert.Equal(4.9f, (float)Assert.Single(series.Valid).LossMasked!.Value);

        static IEnumerable<(string, long, float)> Scalars(long step, float loss) =>
            [("loss", step, loss + 0.1f), ("loss_m_0", step, loss), ("loss_features_pen", step, 0.1f), ("correct_m_0", step, 0.1f),
                ("lr", step, 1e-4f), ("gb_free", step, 3)];
    }

    [Fact]
    public void Icefalls_and_lightnings_tags_are_nats()
    {
        using var folder = new TemporaryFolder();
        EventFiles.Write(folder.At("a", "tensorboard", "events.out.tfevents.1"),
            Enumerable.Range(1, 5).SelectMany(i => new (string, long, float)[]
            {
                ("train/learning_rate", i * 50, 0.02f), ("train/current_loss", i * 50, 5), ("train/current_loss_m_0", i * 50, 4.5f),
                ("train/tot_loss_m_0", i * 50, 9), ("train/grad_scale", i * 50, 8), ("train/valid_loss_m_0", i * 50, 4.4f),
            }));
        EventFiles.Write(folder.At("b", "lightning_logs", "version_0", "events.out.tfevents.1"),
            Enumerable.Range(1, 5).SelectMany(i => new (string, long, float)[]
            {
                ("train_loss_step", i * 50, 4.5f), ("train_masked_accuracy_step", i * 50, 0.1f), ("val_loss_epoch", i * 50, 4.4f),
                ("lr-AdamW", i * 50, 1e-4f),
            }));
        foreach (var name in new[] { "a", "b" })
        {
            var series = DoctorInput.Read(folder.At(name)).Series;
            Assert.Equal(("nats", 5, 5), (series.LogUnit, series.Train.Count, series.Valid.Count));
            Assert.Equal((4.5f, 4.4f), ((float)series.Train[0].Prediction!.Value, (float)series.Valid[0].Prediction!.Value));
        }
    }

    [Fact]
    public void What_our_own_runs_write_reads_back()
    {
        using var folder = new TemporaryFolder();
        using (var writer = EventFile.Create(folder.At("tensorboard")))
        {
            for (var i = 1; i <= 5; i++)
                writer.Add(i * 10, [("train_inner/loss", 6.5f), ("train_inner/loss_m_0", 6 - (0.1f * i))]);
        }
        using (var writer = EventFile.Create(folder.At("tensorboard"))) // a process after it, in the same second
            writer.Add(50, [("valid/loss_m_0", 5.4f)]);
        var series = DoctorInput.Read(folder.FullName).Series;
        Assert.Equal(("bits", 5, 1), (series.LogUnit, series.Train.Count, series.Valid.Count));
        Assert.Equal(5.5f, (float)series.Train[^1].LossMasked!.Value);
    }

    /// <summary>TensorBoard counts from the first event, which has the file's version and no scalar.</summary>
    [Fact]
    public void Every_event_has_its_time_in_seconds()
    {
        using var folder = new TemporaryFolder();
        using (var writer = EventFile.Create(folder.At("tensorboard")))
            writer.Add(1L << 40, [("a", 1)]);
        var bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder.At("tensorboard"), "events.out.tfevents.*")));
        var (at, events) = (0, 0);
        for (; at < bytes.Length; at += 16 + (int)BitConverter.ToInt64(bytes, at), events++)
        {
            Assert.Equal(9, bytes[at + 12]); // field 1, a double
            Assert.Equal((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds, BitConverter.ToDouble(bytes, at + 13), 120.0);
        }
        Assert.Equal((bytes.Length, 2), (at, events));
    }

    [Fact]
    public void A_cut_or_damaged_end_keeps_what_came_before()
    {
        using var folder = new TemporaryFolder();
        var path = EventFiles.Write(folder.At("events.out.tfevents.1"), Enumerable.Range(1, 10).Select(i => ("loss", (long)i, 5f)));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^7]);
        Assert.Equal(9, MetricsSeries.Read(path).Train.Count);
        bytes[^20] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal(9, MetricsSeries.Read(path).Train.Count);
        // a length that lies: the checksum fits, the file is shorter
        var lying = BitConverter.GetBytes(long.MaxValue);
        File.WriteAllBytes(path, [.. bytes[..^50], .. lying, .. BitConverter.GetBytes(Crc32C.Masked(lying)), .. new byte[64]]);
        Assert.InRange(MetricsSeries.Read(path).Train.Count, 1, 9);
    }

    [Fact]
    public void A_file_that_only_has_the_name_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("events.out.tfevents.1", "this is no event file at all, it just has the name of one");
        Assert.StartsWith($"{path}: not a TensorBoard event file", Assert.Throws<UserException>(() => MetricsSeries.Read(path)).Message,
            StringComparison.Ordinal);
        var empty = folder.Write("events.out.tfevents.2", "");
        Assert.Contains("no training metrics", Assert.Throws<UserException>(() => MetricsSeries.Read(empty)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Any_records_give_a_report_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        var data = Gen.OneOf(Gen.Byte.Array[0, 60], Gen.Select(Gen.Long, Gen.Float, Gen.Bool,
            (step, value, tensor) => EventFiles.Event("loss", step, value, tensor)), Gen.Const(Encoding.ASCII.GetBytes("brain.Event:2")));
        data.Array[0, 12].Sample(records =>
            LabelDictionaryTests.NoCrash(folder, [.. records.SelectMany(EventFiles.Record)], file =>
            {
                var renamed = $"{file}.tfevents";
                File.Copy(file, renamed, overwrite: true);
                LossDoctor.Examine(MetricsSeries.Read(renamed), new DoctorContext());
            }), iter: 1000);
    }
}
