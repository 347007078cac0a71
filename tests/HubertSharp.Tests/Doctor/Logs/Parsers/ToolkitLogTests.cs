using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Tests.Doctor.Logs.Parsers;

// The lines are in the form of the toolkits' own code: fairseq/logging/progress_bar.py, espnet2/train/reporter.py, icefall/utils.py
// (MetricsTracker) and egs/librispeech/SSL, torchaudio's examples/hubert, Lightning's callbacks.
public class ToolkitLogTests
{
    [Theory]
    [InlineData("{\"epoch\": 1, \"update\": 0.05, \"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", \"lr\": \"0.0001\"}")]
    [InlineData(
        "[2023-05-01 10:00:00,123][train_inner][INFO] - {\"epoch\": 1, \"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", "
        + "\"lr\": \"0.0001\"}")]
    [InlineData(
        "3: [2023-05-01 10:00:00,123][train_inner][INFO] - {\"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", "
        + "\"lr\": \"0.0001\"}")]
    [InlineData(
        "2023-05-01 10:00:00 | INFO | train_inner | {\"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", "
        + "\"lr\": \"0.0001\"}")]
    [InlineData(
        "2023-05-01 10:00:00 | INFO | fairseq.logging.progress_bar | {\"loss\": \"9.6\", \"loss_m_0\": \"6.7\", \"num_updates\": \"10\", "
        + "\"lr\": \"0.0001\"}")]
    [InlineData("{\"tag\":\"train_inner\",\"num_updates\":10,\"loss\":9.6,\"loss_m_0\":6.7,\"lr\":0.0001,\"gnorm\":NaN}")]
    [InlineData(
        "{\"tag\": \"train_inner\", \"num_updates\": 10, \"loss\": 9.6, \"loss_m_0\": 6.7, \"lr\": 0.0001, \"gnorm\": NaN, \"nested\": "
        + "{\"x\": [1, \"}\"]}}")]
    [InlineData(
        "{\"epoch\": 1, \"loss\": \"9.9\", \"num_up[2023-05-01 10:00:00,123][train_inner][INFO] - {\"loss\": \"9.6\", \"loss_m_0\": "
        + "\"6.7\", \"num_updates\": \"10\", \"lr\": \"0.0001\"}")]
    [InlineData(
        "2022-07-12 12:16:36 | INFO | train_inner | epoch 001:     10 / 480 loss=9.6, loss_m_0=6.7, wps=12655.6, ups=0.32, num_updates=10, "
        + "lr=0.0001, gnorm=1.888, loss_scale=64, train_wall=312, wall=0")]
    [InlineData(
        "| epoch 001:     10 / 480 loss=9.6, loss_m_0=6.7, wps=12655, ups=0, num_updates=10, lr=0.0001, gnorm=3.901, clip=0%, oom=0.000")]
    [InlineData(
        "epoch 001:   2%|#         | 10/480 [10:51<53:53,  2.09it/s, loss=9.6, loss_m_0=6.7, num_updates=10, lr=0.0001, gnorm=0.5]")]
    public void Fairseqs_lines_say_the_same_in_every_format(string line)
    {
        var point = Assert.Single(Read($"some text {{\n{line}\n").Train);
        Assert.Equal((10L, 9.6, 6.7, 0.0001), (point.Update, point.Loss, point.LossMasked, point.LearningRate));
    }

    [Theory]
    [InlineData(
        "[2022-04-08 19:15:02,801][valid][INFO] - {\"epoch\": 2, \"valid_loss\": \"4.72\", \"valid_loss_m_0\": \"4.7\", "
        + "\"valid_num_updates\": \"958\", \"valid_best_loss\": \"4.72\"}")]
    [InlineData(
        "[2022-04-08 19:15:02,801][dev_other][INFO] - {\"epoch\": 2, \"dev_other_loss\": \"4.72\", \"dev_other_loss_m_0\": \"4.7\", "
        + "\"dev_other_num_updates\": \"958\"}")]
    [InlineData("{\"epoch\": 2, \"valid_loss\": \"4.72\", \"valid_loss_m_0\": \"4.7\", \"valid_num_updates\": \"958\"}")]
    [InlineData(
        "2022-04-08 19:15:02 | INFO | valid | epoch 002 | valid on 'valid' subset | loss 4.72 | loss_m_0 4.7 | ppl 26.3 | wps 163835 | wpb "
        + "14483 | num_updates 958 | best_loss 4.72")]
    [InlineData("| epoch 002 | valid on 'valid' subset | valid_loss 4.72 | valid_loss_m_0 4.7 | num_updates 958 | best 4.46376")]
    public void Fairseqs_validations_are_told_from_training(string line)
    {
        var series =
            Read("[2022-04-08 19:10:00,000][train_inner][INFO] - {\"loss\": \"5\", \"num_updates\": \"800\"}\n" + line
                + "\n[2022-04-08 19:15:05,381][train][INFO] - {\"epoch\": 2, \"train_loss\": \"5.5\", \"train_num_updates\": \"958\", "
                + "\"train_train_wall\": \"959\", \"train_wall\": \"2045\"}\n");
        Assert.Equal(800, Assert.Single(series.Train).Update);
        var valid = Assert.Single(series.Valid);
        Assert.Equal((958L, 4.72, 4.7), (valid.Update, valid.Loss, valid.LossMasked));
    }

    [Fact]
    public void A_progress_bar_in_one_endless_line_is_many_lines()
    {
        var bar = string.Concat(Enumerable.Range(1, 50)
            .SelectMany(
                i => Enumerable.Repeat(
                    $"\repoch 001:   2%|#| {i}0/480 [10:51<53:53,  2.09it/s, loss={7 - (0.02 * i):0.00}, num_updates={i * 10}, lr=0.0001]",
                    3)));
        var series = Read(bar);
        Assert.Equal((50, 0, "fairseq_text"), (series.Train.Count, series.Restarts, series.Format.Name));
    }

    [Fact]
    public void The_head_of_a_fairseq_log_brings_plan_and_objective()
    {
        var series =
            Read("[2022-04-08 18:40:57,965][fairseq_cli.train][INFO] - {'_name': None, 'common': {'fp16': True}, 'optimization': {'_name': "
                + "None, 'max_epoch': 0, 'max_update': 400000, 'lr': [0.0005]}, 'model': {'_name': 'wav2vec2', 'num_negatives': 100}, "
                + "'criterion': {'_name': 'wav2vec', 'infonce': True}, 'lr_scheduler': {'warmup_updates': 32000}}\n"
                + "[2022-04-08 18:58:06,786][fairseq_cli.train][INFO] - Wav2Vec2Model(\n  (feature_extractor): "
                + "ConvFeatureExtractionModel(\n"
                + "[2022-04-08 19:02:26,431][train_inner][INFO] - {\"epoch\": 2, \"update\": 1.252, \"loss\": \"6.294\", \"ntokens\": "
                + "\"115657\", \"prob_perplexity\": \"200.986\", \"code_perplexity\": \"194.738\", \"temp\": \"1.995\", \"loss_0\": "
                + "\"6.128\", \"loss_1\": \"0.099\", \"loss_2\": \"0.067\", \"accuracy\": \"0.08456\", \"num_updates\": \"600\", \"lr\": "
                + "\"9.375e-06\", \"gnorm\": \"0.47\", \"loss_scale\": \"64\"}\n"
                + "[2022-04-08 19:05:58,432][fairseq.trainer][INFO] - NOTE: gradient overflow detected, ignoring gradient, "
                + "setting loss scale to: 64.0\n");
        Assert.Equal((400_000L, 32_000L, 100, TrainingObjective.Contrastive),
            (series.Hints.MaxUpdate, series.Hints.WarmupUpdates, series.Hints.Negatives, series.Objective));
        Assert.Equal((1L, 64.0), (series.Hints.Overflows, series.Hints.LowestScale));
        Assert.Equal(6.128, series.Train[0].Prediction);
    }

    [Fact]
    public void Espnet_counts_batches_anew_in_every_epoch()
    {
        var series = Read(
            "[host] 2022-11-02 16:34:54,278 (trainer:318) INFO: 1/250epoch started\n"
            + "[host] 2022-11-02 16:34:56,315 (trainer:753) INFO: 1epoch:train:1-100batch: iter_time=0.006, forward_time=0.076, "
            + "loss=4.6e+04, correct_m=102.300, count_m=9.1e+03, acc_m=0.011, correct_u=80.1, count_u=8.9e+03, acc_u=0.009, "
            + "backward_time=0.072, grad_norm=1.2e+03, clip=100.000, loss_scale=6.554e+04, optim_step_time=0.006, optim0_lr0=1.5e-06, "
            + "train_time=0.203\n"
            + "[host] 2022-11-02 16:44:56,315 (trainer:753) INFO: 1epoch:train:101-200batch: iter_time=0.006, loss=4.2e+04, correct_m=150, "
            + "count_m=9.1e+03, acc_m=0.016, acc_u=0.012, optim0_lr0=3.1e-06, train_time=0.203\n"
            + "[host] 2022-11-02 16:50:00,000 (trainer:352) INFO: 1epoch results: [train] iter_time=0.006, loss=4.4e+04, count_m=9.1e+03, "
            + "acc_m=0.014, optim0_lr0=3.1e-06, train_time=0.2, time=1 hour, 2 minutes and 3.5 seconds, total_count=250, "
            + "gpu_max_cached_mem_GB=33.186, [valid] loss=4.3e+04, count_m=9.0e+03, acc_m=0.015, acc_u=0.011, time=34.18 seconds, "
            + "total_count=17, gpu_max_cached_mem_GB=33.186\n"
            + "[host] 2022-11-02 16:54:56,315 (trainer:753) INFO: 2epoch:train:1-100batch: loss=4.0e+04, count_m=9.1e+03, acc_m=0.021, "
            + "acc_u=0.02, optim0_lr0=5.1e-06\n");
        Assert.Equal(("espnet", "nats", TrainingObjective.MaskedPrediction), (series.Format.Name, series.LogUnit, series.Objective));
        Assert.Equal([100, 200, 350], series.Train.Select(p => p.Update));
        Assert.Equal(4.6e4 / 9.1e3, series.Train[0].Loss!.Value, 1e-9);
        Assert.Equal((0.011, 0.009, 1.5e-6, 1200.0),
            (series.Train[0].AccuracyMasked, series.Train[0].AccuracyUnmasked, series.Train[0].LearningRate, series.Train[0].GradientNorm));
        Assert.Equal((250, 0.015), (Assert.Single(series.Valid).Update, series.Valid[0].AccuracyMasked!.Value));
        Assert.False(series.LossIsSum);
    }

    [Fact]
    public void A_sum_over_frames_that_nobody_counts_is_called_one()
    {
        var series =
            Read(string.Concat(Enumerable.Range(1, 30)
                .Select(i =>
                    $"[host] 2021-11-02 16:34:56,315 (trainer:753) INFO: 1epoch:train:{(i * 100) - 99}-{i * 100}batch: "
                    + $"loss={60000 - (500 * i)}, acc_mask={0.01 * i:0.000}, acc_unmask={0.012 * i:0.000}, acc={0.01 * i:0.000}, "
                    + $"optim0_lr0=1e-4\n")));
        Assert.True(series.LossIsSum);
        var report = LossDoctor.Examine(series, new DoctorContext { Clusters = 100, SpecialClasses = 0 });
        Assert.Equal((LossVerdict.Normal, "sum", (double?)null), (report.Verdict, report.Unit, report.ChanceBits));
        Assert.Contains(report.Findings, f => f.Code == "loss_is_sum");
    }

    [Fact]
    public void Icefall_prints_one_batch_of_every_process()
    {
        var series = Read(
            "2024-02-18 10:00:00,000 INFO [pretrain.py:900] (0/2) {'best_train_loss': inf, 'num_classes': [504], 'accum_grad': 4, "
            + "'warmup_batches': 5000.0, 'label_rate': 50}\n"
            + Line(0, 1, 0, 6.9) + Line(1, 1, 0, 6.8) + Line(1, 1, 50, 6.4)
            + "2024-02-18 10:01:00,000 WARNING [optim.py:600] (0/2) Clipping_scale=2.0, grad-norm quartiles 2.485e-02 3.150e-02 3.570e-02 "
            + "4.058e-02 1.745e+00, threshold=7.139e-02, percent-clipped=10.0\n"
            + Line(0, 1, 50, 6.5) + Line(0, 1, 100, 6.1)
            + "2024-02-18 10:02:00,000 INFO [pretrain.py:650] (0/2) Computing validation loss\n"
            + "2024-02-18 10:03:00,000 INFO [pretrain.py:660] (0/2) Epoch 1, validation: loss=5.9, loss_m_0=5.8, loss_u_0=5.9, "
            + "loss_features_pen=0.1, correct_m_0=0.02, count_m_0=1, correct_u_0=0.03, count_u_0=1.2, over 90000.00 frames. \n"
            + Line(0, 2, 0, 5.8) + Line(0, 2, 50, 5.7));
        Assert.Equal(("icefall", "nats"), (series.Format.Name, series.LogUnit));
        Assert.Equal([1, 51, 101, 151, 201], series.Train.Select(p => p.Update));
        Assert.Equal(6.9, series.Train[0].LossMasked);
        Assert.Equal((0.012 / 1.2, 1000.0, 8.0),
            (series.Train[0].AccuracyUnmasked, series.Train[0].MaskedFrames, series.Train[0].LossScale));
        Assert.Equal(0.0357, series.Train[2].GradientNorm);
        Assert.Equal((101, 5.8), (Assert.Single(series.Valid).Update, series.Valid[0].LossMasked!.Value));
        Assert.Equal(504, series.Hints.Classes);
        Assert.Equal(500, new DoctorContext().With(series).Clusters);

        static string Line(int rank, int epoch, int batch, double loss) =>
            $"2024-02-18 10:00:02,123 INFO [pretrain.py:610] ({rank}/2) Epoch {epoch}, batch {batch}, loss[loss={loss + 1:0.###}, "
            + $"loss_m_0={loss:0.###}, loss_u_0=6.9, loss_features_pen=1, correct_m_0=0.01, count_m_0=1, correct_u_0=0.012, count_u_0=1.2, "
            + $"over 1000.00 frames. ], tot_loss[loss=7.1, loss_m_0=6.9, over 1000.00 frames. ], batch size: 43, lr: "
            + $"2.25e-02, grad_scale: 8.0\n";
    }

    [Fact]
    public void A_log_that_begins_in_a_later_epoch_is_moved_there()
    {
        var series = Read(string.Concat(Enumerable.Range(4, 3).SelectMany(e => Enumerable.Range(0, 10).Select(b =>
            $"2024-02-18 10:00:02,123 INFO [pretrain.py:610] Epoch {e}, batch {b * 50}, loss[loss=4.1, over 1000.00 frames. ], "
            + $"tot_loss[loss=4.1, over 1000.00 frames. ], batch size: 43, lr: 2.25e-02\n"))));
        Assert.Equal((1501, 2951), (series.Train[0].Update, series.Train[^1].Update));
    }

    [Fact]
    public void Lightnings_console_tells_accuracies_and_best_losses()
    {
        var series = Read(
            "Epoch 0:  12%|#2        | 352/2935 [05:12<38:00,  1.13it/s, v_num=0, train_masked_accuracy_step=0.0123, "
            + "train_unmasked_accuracy_step=0.0150]\r"
            + "Epoch 0:  24%|##4       | 704/2935 [10:12<33:00,  1.13it/s, v_num=0, train_masked_accuracy_step=0.0223, "
            + "train_unmasked_accuracy_step=0.0250]\n"
            + "Epoch 0, global step 2900: 'val_loss' reached 4.31200 (best 4.31200), "
            + "saving model to 'exp/epoch=0-step=2900.ckpt' as top 5\n");
        Assert.Equal(("lightning", "nats", TrainingObjective.MaskedPrediction), (series.Format.Name, series.LogUnit, series.Objective));
        Assert.Equal([352, 704], series.Train.Select(p => p.Update));
        Assert.Equal((2900, 4.312), (Assert.Single(series.Valid).Update, series.Valid[0].Loss!.Value));
    }

    [Fact]
    public void Lightnings_table_is_read_by_its_columns()
    {
        var series = Read("epoch,step,train_loss_step,train_masked_accuracy_step,train_unmasked_accuracy_step,val_loss_epoch,"
            + "val_masked_accuracy_epoch,train_loss_epoch\n"
            + "0,49,6.11,0.01,0.02,,,\n0,99,4.71,0.02,0.03,,,\n0,119,,,,4.66,0.025,\n0,119,,,,,,5.2\n1,149,4.60,0.03,0.04,,,\n");
        Assert.Equal(("lightning", "nats"), (series.Format.Name, series.LogUnit));
        Assert.Equal([(49L, 6.11), (99L, 4.71), (149L, 4.6)], series.Train.Select(p => (p.Update, p.Loss!.Value)));
        Assert.Equal((119, 4.66, 0.025),
            (Assert.Single(series.Valid).Update, series.Valid[0].Loss!.Value, series.Valid[0].AccuracyMasked!.Value));
    }

    [Theory]
    [InlineData("update,loss\n100,6.5\n200,6\n")]
    [InlineData("100,6.5\n200,6\n")]
    [InlineData("100 6.5\n200 6\n")]
    [InlineData("\ufeff100\t6.5\r\n200\t6\r\n")]
    [InlineData("Wall time,Step,Value\n1690000000.1,100,6.5\n1690000100.1,200,6.0\n")]
    [InlineData(
        "\"Step\",\"hubert - train_inner/loss\",\"hubert - train_inner/loss__MIN\",\"hubert - train_inner/loss__MAX\"\n"
        + "\"100\",\"6.5\",\"6.5\",\"6.5\"\n\"200\",\"6\",\"6\",\"6\"\n")]
    public void Plain_tables_are_read_with_and_without_a_header(string text)
    {
        var series = Read(text);
        Assert.Equal([(100L, 6.5), (200L, 6.0)], series.Train.Select(p => (p.Update, p.Loss!.Value)));
        Assert.Equal(("csv", "unknown", TrainingObjective.Unknown), (series.Format.Name, series.LogUnit, series.Objective));
    }

    [Fact]
    public void A_second_label_set_is_told_apart()
    {
        var series = Read(
            "{\"num_updates\": 10, \"loss\": \"12.1\", \"loss_m_0\": \"5.1\", \"loss_m_1\": \"6.9\", \"correct_m_0\": \"0.1\", "
            + "\"correct_m_1\": \"0.05\"}\n");
        Assert.Equal((2, 5.1, 0.1), (series.LabelSets, series.Train[0].LossMasked!.Value, series.Train[0].AccuracyMasked!.Value));
        Assert.Equal([6.9], series.Train[0].OtherSets);
    }

    private static MetricsSeries Read(string text)
    {
        using var folder = new TemporaryFolder();
        return MetricsSeries.Read(folder.Write("train.txt", text));
    }
}
