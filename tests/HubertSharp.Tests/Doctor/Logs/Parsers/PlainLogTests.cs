using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Tests.Doctor.Logs.Parsers;

/// <summary>SpeechBrain, WeNet, and text of nobody's toolkit.</summary>
public class PlainLogTests
{
    [Theory]
    [InlineData("step: {0}, loss: {1}")]
    [InlineData("[2024-01-02 10:11:12] INFO: Step {0}/400000 | loss {1} | lr 0.0005")]
    [InlineData("iter {0} train_loss={1} grad_norm=1.5")]
    [InlineData("Iteration: [{0}/400000]  Loss: {1}")]
    public void Steps_and_losses_are_found_in_any_text(string form)
    {
        var series = Series(Lines(2000, u => string.Format(CultureInfo.InvariantCulture, form, u * 200, Hubert(u * 200))));
        Assert.Equal(("plain_text", TrainingObjective.Unknown, 2000, 400_000L),
            (series.Format.Name, series.Objective, series.Train.Count, series.Train[^1].Update));
        var report = LossDoctor.Examine(series, new DoctorContext().With(series));
        Assert.Equal((LossVerdict.Normal, 100, "bits", "first loss"),
            (report.Verdict, report.Clusters!.Value, report.Unit, report.UnitFrom));
    }

    [Fact]
    public void Steps_that_begin_anew_with_each_epoch_are_counted_on_and_validations_kept_apart()
    {
        var text = string.Concat(Enumerable.Range(0, 5)
            .Select(e => Lines(10, b => $"Epoch: {e} Step: {b * 100}/1000 loss: {9 - e}")
                + $"[valid] Epoch: {e} Step: 1000 loss: {10 - e}\n"));
        var series = Series(text);
        Assert.Equal((0, 50, 5000L), (series.Restarts, series.Train.Count, series.Train[^1].Update));
        Assert.Equal(new[] { 1000L, 2000, 3000, 4000, 5000 }, series.Valid.Select(v => v.Update));
    }

    /// <summary>The last validation stands beside the loss of each line, before or behind it; a line of validation alone is one.</summary>
    [Theory]
    [InlineData("epoch {2} | step {0} | valid loss {3} | loss {1} | lr 5.0e-04")]
    [InlineData("step {0}: loss={1} val loss={3}")]
    [InlineData("Step {0}, Loss: {1}, Validation Loss: {3}")]
    public void A_validation_that_is_said_again_beside_the_loss_is_neither_a_loss_nor_a_new_validation(string form)
    {
        var series = Series(Lines(40, u => string.Format(CultureInfo.InvariantCulture, form, u * 100, 6 - (u * 0.01), 1 + (u / 20),
            7 - (u / 20))));
        Assert.Equal(40, series.Train.Count);
        Assert.Equal(5.6, series.Train[^1].Prediction!.Value, 1e-9);
        Assert.Equal([7.0, 6, 5], series.Valid.Select(v => v.Prediction!.Value));
        Assert.Equal(5.2, Assert.Single(Series("step 100 loss 5.3\nvalid loss 5.2 at step 100\n").Valid).Prediction!.Value, 1e-9);
    }

    [Fact]
    public void A_toolkits_own_lines_make_other_lines_comments()
    {
        var own = string.Concat(Enumerable.Range(1, 20)
            .Select(i => $"[2023-05-01 10:00:00,123][train_inner][INFO] - {{\"loss_m_0\": \"6.{i}\", \"num_updates\": \"{i * 200}\"}}\n"
                + $"step: {(i * 200) + 1}, loss: 99\n"));
        Assert.All(Series(own).Train, p => Assert.True(p.Prediction < 8));
    }

    [Theory]
    [InlineData("the loss of the step was large\n")]
    [InlineData("loss: 3.2\nstep: 5\n")]
    [InlineData("step: 12345678901234567890, loss: 3\n")]
    public void Text_without_both_is_refused(string text)
    {
        Assert.Throws<UserException>(() => Series(text));
    }

    // a loss alone, of clusters that were only inferred, may be another objective's
    [Fact]
    public void A_plain_loss_that_never_falls_is_to_be_watched_and_no_more()
    {
        var series = Series(Lines(500,
            u => string.Create(CultureInfo.InvariantCulture, $"step: {u * 200}, loss: {6.6 + (0.01 * (u % 3)):0.000}")));
        Assert.Equal(LossVerdict.Watch, LossDoctor.Examine(series, new DoctorContext().With(series)).Verdict);
    }

    [Theory]
    [InlineData("ok", LossVerdict.Normal)]
    [InlineData("stuck", LossVerdict.Watch)]
    [InlineData("nan", LossVerdict.Broken)]
    public void SpeechBrain_is_judged_by_its_error_rates_and_its_epochs_are_assumed(string kind, LossVerdict verdict)
    {
        var text = Lines(30,
            e => string.Create(CultureInfo.InvariantCulture,
                $"epoch: {e}, lr_model: 1.00e+00, lr_wav2vec: 1.00e-04 - train loss: "
                + $"{(kind == "nan" && e > 6 ? "nan" : kind == "stuck" ? "2.90e+00" : $"{(3 * Math.Exp(-e / 4.0)) + 0.3:0.00e+00}")} - "
                + $"valid loss: 1.1, valid CER: {(kind == "ok" ? Math.Max(3, 100 * Math.Exp(-e / 3.0)) : 100):0.00}, valid WER: "
                + $"{(kind == "ok" ? Math.Max(8, 100 * Math.Exp(-e / 5.0)) : 100):0.00}"))
            + "Epoch loaded: 30 - test loss: 9.9e+00, test WER: 99\n";
        var series = Series(text);
        Assert.Equal(("speech_brain", TrainingObjective.Ctc, 30, 30),
            (series.Format.Name, series.Objective, series.Train.Count, series.Valid.Count));
        var report = LossDoctor.Examine(series, new DoctorContext().With(series));
        Assert.Equal(verdict, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "updates_assumed" && f.Seen.Contains("epoch", StringComparison.Ordinal));
    }

    [Fact]
    public void SpeechBrains_steps_are_taken_where_it_has_them()
    {
        var series = Series(Lines(9,
            e => $"epoch: {e}, steps: {e * 777}, lr: 5.0e-04 - train loss: 6.1 - valid loss: 6.2, valid accuracy: 0.1"));
        Assert.Equal((9 * 777L, null), (series.Train[^1].Update, series.Hints.AssumedUpdates));
    }

    [Theory]
    [InlineData(false, LossVerdict.Normal)]
    [InlineData(true, LossVerdict.Broken)]
    public void WeNets_batches_are_counted_through_epochs_and_one_process_is_enough(bool dies, LossVerdict verdict)
    {
        var text = new StringBuilder();
        for (var e = 0; e < 8; e++)
        {
            for (var b = 0; b < 2000; b += 100)
            {
                foreach (var rank in (int[])[0, 1])
                {
                    var loss = dies && e > 4
                        ? "nan"
                        : ((60 * Math.Exp(-((e * 2000) + b) / 6000.0)) + 4).ToString("0.000", CultureInfo.InvariantCulture);
                    text.Append(CultureInfo.InvariantCulture,
                        $"2023-05-05 10:00:00,123 DEBUG TRAIN Batch {e}/{b} loss {loss} loss_att {loss} loss_ctc {loss} lr "
                        + $"0.00012 rank {rank}\n");
                }
            }
            text.Append(CultureInfo.InvariantCulture,
                $"2023-05-05 10:00:00,123 DEBUG CV Batch {e}/0 loss 999 loss_att 999 history loss 99 rank 0\n"
                + $"2023-05-05 10:00:00,123 INFO Epoch {e} CV info cv_loss {30 - e}\n");
        }
        var series = Series(text.ToString());
        Assert.Equal(("wenet", TrainingObjective.Other, 160, 8),
            (series.Format.Name, series.Objective, series.Train.Count, series.Valid.Count));
        Assert.Equal((15_901L, 30.0, 0), (series.Train[^1].Update, series.Valid[0].Loss!.Value, series.Restarts));
        Assert.Equal(verdict, LossDoctor.Examine(series, new DoctorContext().With(series)).Verdict);
    }

    [Fact]
    public void WeNets_newer_lines_count_steps()
    {
        var series = Series(Lines(50,
            i => $"2024-05-05 10:00:00,123 DEBUG TRAIN | steps {i * 100} | batch {i * 400} | loss {60 - i} | loss_att 5 | loss_ctc 9 | acc "
                + $"0.5 | lr 1.2e-04 | grad_norm 3.2 | rank 0")
            + "2024-05-05 10:00:00,123 INFO Epoch 0 Step 5000 CV info cv_loss 6.1 lr 1e-4 rank 0 acc 0.7\n");
        Assert.Equal((5000L, 5000L, 6.1, 3.2),
            (series.Train[^1].Update, series.Valid[0].Update, series.Valid[0].Loss!.Value, series.Train[0].GradientNorm!.Value));
    }

    [Fact]
    public void Updates_of_a_console_log_without_steps_are_said_to_be_assumed()
    {
        var series = Series(Lines(40, i => string.Create(CultureInfo.InvariantCulture,
            $"{{'loss': {8 * Math.Exp(-i / 9.0):0.0000}, 'learning_rate': 0.0003, 'epoch': {i * 0.1:0.0}}}")));
        Assert.Contains(LossDoctor.Examine(series, new DoctorContext().With(series)).Findings,
            f => f.Code == "updates_assumed" && f.Seen.Contains("500", StringComparison.Ordinal));
    }

    private static double Hubert(int update) =>
        Math.Round(update < 300 ? 8.7 : update < 6000 ? 6.6 : 6.6 - (3.3 * Math.Log(update / 6000.0) / Math.Log(400_000 / 6000.0)), 4);

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(1, count).Select(i => line(i) + "\n"));

    private static MetricsSeries Series(string text)
    {
        using var folder = new TemporaryFolder();
        return MetricsSeries.Read(folder.Write("log.txt", text));
    }
}
