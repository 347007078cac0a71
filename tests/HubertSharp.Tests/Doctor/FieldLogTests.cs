using System.Globalization;
using System.Text;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Tests.Doctor.Logs.TensorBoard;

namespace HubertSharp.Tests.Doctor;

/// <summary>Logs as public reports hold them.</summary>
public class FieldLogTests
{
    [Theory]
    [InlineData("[00:03:20] [INFO] fairseq2.recipes.trainer Rank 0: Train Metrics (step {0}) - CTC Loss: {1} | Gradient Norm: 0.8", "ctc")]
    [InlineData("Train Metrics (epoch 2, step {0:#,0}) - Contrastive Loss: {1} | Accuracy: 0.4", "contrastive")]
    [InlineData("{{\"Time\": \"x\", \"Step\": {0}, \"CTC Loss\": {1}, \"Gradient Norm\": 0.87}}", "ctc")]
    [InlineData("{{\"Time\": \"x\", \"Step\": {0}, \"Contrastive Loss\": {1}}}", "contrastive")]
    [InlineData("{{\"step\": {0}, \"rnnt_loss\": {1}}}", "other_objective")]
    [InlineData("step {0} ctc loss: {1}", "ctc")]
    [InlineData("iter: {0}, InfoNCE_loss: {1}", "contrastive")]
    [InlineData("[INFO] fairseq2 - Train Metrics (epoch: 1, step: {0:#,0}) - Diversity Loss: 0.08 | Contrastive Loss: {1}", "contrastive")]
    public void Another_objective_has_no_chance_and_no_bits_explained(string form, string code)
    {
        var report = Examine(Lines(form, 100, i => 0.6 + (6 * Math.Exp(-i / 20.0))));
        Assert.Contains(report.Findings, f => f.Code == code);
        Assert.Equal((LossVerdict.Normal, null, null, null, 20_000L),
            (report.Verdict, report.ChanceBits, report.BitsExplained, report.Clusters, report.Updates));
        Assert.DoesNotContain("chance", report.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iterations:{0}, train loss:{1}")]
    [InlineData("epoch: 3 | nupdates: {0} | loss: {1} | lr: 0.0005")]
    [InlineData("{{\"step\": {0}, \"loss\": {1}, \"val_loss\": 9.9}}")]
    [InlineData("step: {0} train loss: {1} valid loss: 9.9")]
    [InlineData("2024-05-05 10:00:00 | nupdates: {0:#,0} | epoch: 3 | loss: {1} | gnorm 0.8")]
    [InlineData("Step {0:#,0}: diversity loss 0.1, loss {1}")]
    [InlineData("STEP {0} LOSS {1}")]
    [InlineData("{{'step': {0}, 'aux loss': 0.1, 'loss': {1}, 'lr': 0.0005}}")]
    [InlineData("01/01/2024 00:00:00 - INFO - __main__ - Step {0}: {{'loss': {1}, 'lr': 0.0005}}")]
    [InlineData("Epoch[1/10], Iter[{0}/99999], Loss: {1}")]
    [InlineData("2024/01/01 - mmengine - INFO - Iter(train) [ {0}/99999]  lr: 5.0e-04  loss: {1}  grad_norm: 0.8")]
    [InlineData("[2024-01-01 00:00:00] 步数: {0}, 训练损失: {1}, 学习率: 0.0005")]
    [InlineData("第 {0} 步，训练损失：{1}，验证损失：9.9")]
    [InlineData("Schritt {0}: Verlust {1}, Prüfverlust 9.9")]
    [InlineData("Epoch 0:  12%|#2 | {0}/99999 [05:12<38:00, 1.13it/s, train_loss_step={1}, train_loss_epoch=9.9, val_loss=9.9]")]
    public void Steps_of_any_name_are_read_and_what_a_line_repeats_is_no_training_loss(string form)
    {
        var report = Examine(Lines(form, 200, i => 3 + (3.65 * Math.Exp(-i / 25.0))));
        Assert.Equal((40_000L, 3.0), (report.Updates, Math.Round(report.FinalLossBits!.Value / (report.Unit == "nats" ? 1.4427 : 1), 1)));
    }

    [Fact]
    public void Batches_of_an_epoch_are_counted_on()
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(0, 200)
            .Select(i => $"Epoch(train) [{1 + (i / 50)}][{100 * (1 + (i % 50)),4}/5000]  lr: 1e-4  loss: {6.5 - (0.01 * i)}\n"));
        Assert.Equal(20_000, MetricsSeries.Read(folder.Write("a.log", text)).Train[^1].Update);
    }

    [Theory]
    [InlineData("Schritt {0}: Verlust {1}", 6.25, "6,25")]
    [InlineData("step {0} loss {1}", 6.25, "6,25")]
    [InlineData("step {0} loss {1} acc 0.5", 1234, "1,234")]
    [InlineData("step {0} loss {1}", 1234.5, "1,234.5")]
    public void Commas_are_decimal_or_group_by_what_stands_around_them(string form, double loss, string written)
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(1, 5)
            .Select(i => string.Format(CultureInfo.InvariantCulture, form, i * 100, written) + "\n"));
        Assert.Equal(loss, MetricsSeries.Read(folder.Write("a.log", text)).Train[^1].Loss!.Value, 1e-9);
    }

    [Fact]
    public void Epochs_without_steps_are_assumed_to_have_a_thousand()
    {
        var report = Examine(string.Concat(Enumerable.Range(1, 40)
            .Select(i => string.Create(CultureInfo.InvariantCulture,
                $"Epoch {i}/40: train loss {6 - (0.05 * i):0.00}, val loss {6.1 - (0.05 * i):0.00}\n"))));
        Assert.Equal((40_000, 4.1), (report.Updates, Math.Round(report.ValidLossBits!.Value, 1)));
        Assert.Contains(report.Findings, f => f.Code == "updates_assumed");
    }

    [Fact]
    public void A_loss_that_goes_on_falling_is_learnt_from_whatever_the_number_of_clusters()
    {
        var report = Examine(Lines("step {0} loss: {1}", 200, i => 3.5 + (3.65 * Math.Exp(-i / 30.0))));
        Assert.Equal((LossVerdict.Normal, null), (report.Verdict, report.Clusters));
    }

    [Fact]
    public void A_stale_validation_counts_once()
    {
        using var folder = new TemporaryFolder();
        var series = MetricsSeries.Read(folder.Write("a.log",
            Lines("step {0} loss: {1} val_loss: {2}", 100, i => 6 - (0.01 * i), i => 5 - (i / 50))));
        Assert.Equal((100, 3), (series.Train.Count, series.Valid.Count));
    }

    [Theory]
    [InlineData("loss={1}, num_updates={0}, gnorm={3}, ups=2.1, wpb=4e19")]
    [InlineData("| loss: 9.969e-02| constrast_loss: {1}| div_loss: 9.9e-01| ppl: 2.0e+00| lr: 1e-3| grad_norm: {3}")]
    [InlineData("{{'loss': {1}, 'perplexity': 2.0, 'grad_norm': {3}, 'epoch': {0}}}")]
    [InlineData("step {0} loss: {1} code_perplexity: 2 grad_norm: {3}")]
    [InlineData("{{\"Step\": {0}, \"Contrastive Loss\": {1}, \"Code Perplexity\": 2, \"Gradient Norm\": {3}}}")]
    public void Nothing_left_of_loss_and_gradient_is_a_collapse(string form)
    {
        var report = Examine(Lines(form, 80, i => i < 40 ? 3.1 : 0, gradient: i => i < 40 ? 0.7 : 8e-19));
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        Assert.Contains(report.Findings, f => f.Level == FindingLevel.Broken && f.Code.Contains("collapse", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(150, LossVerdict.Normal)]
    [InlineData(100_000, LossVerdict.Watch)]
    public void A_jump_at_a_restart_is_named_as_one(int healsAfter, LossVerdict verdict)
    {
        var run = new FakeRun { Windows = 600, Noise = 0.01, Loss = i => i < 300 || i > 300 + healsAfter ? 3 : 3.8, Accuracy = null };
        var lines = run.Text().Split('\n').ToList();
        lines.Insert(300, "[2021][fairseq.trainer][INFO] - Loaded checkpoint a/checkpoint_last.pt (epoch 26 @ 60000 updates)");
        var report = Examine(string.Join('\n', lines));
        var jump = Assert.Single(report.Findings, f => f.Code == "jump_at_restart");
        Assert.Contains("0.80 bits at the restart at update 60,000", jump.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain(report.Findings, f => f.Code == "spikes");
        Assert.Equal(verdict == LossVerdict.Normal ? FindingLevel.Info : FindingLevel.Watch, jump.Level);
    }

    [Theory]
    [InlineData("2021-01-01 | INFO | fairseq.trainer | NOTE: gradient overflow detected, ignoring gradient, setting loss scale to: {0}", 4,
        "loss_scale_halved", LossVerdict.Normal)]
    [InlineData("Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to {0}", 4, "loss_scale_halved", LossVerdict.Normal)]
    [InlineData("| NOTE: overflow detected, setting loss scale to: {0}", 20, "loss_scale", LossVerdict.Broken)]
    [InlineData("[h] 2021-03-01 10:00:00,1 (trainer:677) WARNING: The grad norm is nan. Skipping updating the model.", 20,
        "updates_skipped", LossVerdict.Watch)]
    [InlineData("WARNING: grad norm is nan. Skipping", 2, "updates_skipped", LossVerdict.Normal)]
    public void Notes_alone_are_told_what_they_mean(string form, int count, string code, LossVerdict verdict)
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(0, count)
            .Select(i => string.Format(CultureInfo.InvariantCulture, form, 64 / Math.Pow(2, i)) + "\n"));
        var report = LossDoctor.Examine(Assert.Single(DoctorInput.ReadAll(folder.Write("a.log", text))));
        Assert.Equal((verdict, code), (report.Verdict, Assert.Single(report.Findings).Code));
    }

    [Fact]
    public void A_run_of_skipped_updates_is_no_harmless_few()
    {
        var skips = string.Concat(Enumerable.Range(0, 15)
            .Select(i => $"2021-03-01 10:00:{i:00},1 WARNING: The grad norm is nan. Skipping updating the model.\n"));
        var lines = new FakeRun { Loss = i => 6 - (0.02 * i) }.Text().Split('\n').ToList();
        lines.Insert(50, skips);
        Assert.Equal(FindingLevel.Watch, Examine(string.Join('\n', lines)).Findings.Single(f => f.Code == "updates_skipped").Level);
    }

    [Fact]
    public void A_folder_of_runs_gives_a_verdict_for_each()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, step) in new[] { ("exp1", 0.02f), ("exp2", 0.01f) })
        {
            EventFiles.Write(folder.At(name, "events.out.tfevents.1"),
                Enumerable.Range(1, 50).Select(i => ("loss_m_0", (long)i * 200, 6.6f - (step * i))));
            EventFiles.Write(folder.At(name, "valid", "events.out.tfevents.1"), [("loss_m_0", 10_000L, 5.5f)]);
        }
        var runs = DoctorInput.ReadAll(folder.FullName);
        Assert.Equal(["exp1", "exp2"], runs.Select(r => Path.GetFileName(r.Log)));
        Assert.All(runs, r => Assert.Equal((50, 1, 0), (r.Series.Train.Count, r.Series.Valid.Count, r.Series.Restarts)));
        var run = new FakeRun { Loss = i => 6 - (0.02 * i) };
        Directory.CreateDirectory(folder.At("logs", "a"));
        Directory.CreateDirectory(folder.At("logs", "b"));
        File.WriteAllText(folder.At("logs", "a", "hydra_train.log"), run.Text());
        File.WriteAllText(folder.At("logs", "b", "hydra_train.log"), run.Text());
        Assert.Equal(2, DoctorInput.ReadAll(folder.At("logs")).Count);
        Assert.Equal(4, DoctorInput.ReadAll(folder.FullName).Count);
    }

    private static LossReport Examine(string text)
    {
        using var folder = new TemporaryFolder();
        return LossDoctor.Examine(DoctorInput.Read(folder.Write("a.log", text)));
    }

    private static string Lines(
        string form, int count, Func<int, double> loss, Func<int, double>? valid = null, Func<int, double>? gradient = null)
    {
        var text = new StringBuilder();
        for (var i = 1; i <= count; i++)
            text.AppendFormat(CultureInfo.InvariantCulture, form, i * 200, Math.Round(loss(i), 4), valid?.Invoke(i), gradient?.Invoke(i))
                .Append('\n');
        return text.ToString();
    }
}
