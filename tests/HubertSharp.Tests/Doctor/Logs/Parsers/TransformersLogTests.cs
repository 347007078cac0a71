using System.Globalization;
using System.Text;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Tests.Doctor.Logs.Parsers;

/// <summary>Hugging Face transformers: console, trainer_state.json, tables of notebooks.</summary>
public sealed class TransformersLogTests
{
    private const int Evaluations = 24;

    [Theory]
    [InlineData("console")]
    [InlineData("planned")]
    [InlineData("bars")]
    [InlineData("state")]
    [InlineData("table")]
    [InlineData("card")]
    public void A_fine_tuning_that_learns_is_normal_in_every_form(string form)
    {
        var report = Examine(Text(form, Loss, Rate));
        Assert.Equal((LossVerdict.Normal, TrainingObjective.Ctc, Evaluations * 500L), (report.Verdict, report.Objective, report.Updates));
        Assert.Equal(100 * Rate(Evaluations), report.ErrorRatePercent!.Value, 2);
        Assert.Null(report.ChanceBits); // HuBERT's scale is not its scale
        Assert.Null(report.Classes);
    }

    [Theory]
    [InlineData("console")]
    [InlineData("state")]
    public void A_loss_of_zero_stands_for_losses_that_were_no_numbers(string form)
    {
        var report = Examine(Text(form, i => i < 5 ? Loss(i) : 0, _ => 1));
        Assert.Equal((LossVerdict.Broken, "not_finite"), (report.Verdict, report.Findings[0].Code));
    }

    [Fact]
    public void Errors_that_never_fall_are_broken_and_errors_that_rise_again_are_watched()
    {
        Assert.Equal(LossVerdict.Broken, Examine(Text("console", _ => 2.9, _ => 1)).Verdict);
        Assert.Equal("ctc_worse", Examine(Text("console", Loss, i => i < 15 ? 0.3 : 0.9)).Findings[0].Code);
        Assert.Equal(LossVerdict.TooEarly, Examine(string.Join('\n', Text("console", _ => 2.9, _ => 1).Split('\n')[..6])).Verdict);
    }

    [Fact]
    public void A_loss_without_a_name_is_another_objective_whatever_its_level()
    {
        var falling = string.Concat(Enumerable.Range(1, 60)
            .Select(i => string.Create(CultureInfo.InvariantCulture,
                $"{{'loss': {10.8 - (0.1 * i):0.0000}, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': {i * 0.1:0.0}}}\n")));
        var report = Examine(falling);
        Assert.Equal((LossVerdict.Normal, TrainingObjective.Other), (report.Verdict, report.Objective));
        Assert.Null(report.ChanceBits);
        var level = string.Concat(Enumerable.Range(1, 60)
            .Select(i => string.Create(CultureInfo.InvariantCulture,
                $"{{'loss': {3.1 + (0.01 * (i % 3)):0.0000}, 'learning_rate': 5e-05, 'epoch': {i * 0.1:0.0}}}\n")));
        Assert.Equal((LossVerdict.Watch, "not_falling"), (Examine(level).Verdict, Examine(level).Findings[0].Code));
    }

    [Fact]
    public void The_contrastive_example_prints_bars()
    {
        var text = string.Concat(Enumerable.Range(1, 40)
            .Select(i => string.Create(CultureInfo.InvariantCulture,
                $"| loss: {4.7 - (0.04 * i):0.000e+00}| constrast_loss: {4.6 - (0.04 * i):0.000e+00}| div_loss: 9.0e-01| ppl: "
                + $"{20 + (4 * i):0.000e+00}| lr: {1e-5 * i:0.000e+00}| grad_norm: 5.0e-01\n")));
        Assert.NotEqual(LossVerdict.Broken, Examine(text).Verdict);
        Assert.Equal(3.0, Series(text).Train[^1][Metric.ContrastiveLoss]!.Value, 2);
    }

    private static double Loss(int i) => 8 * Math.Exp(-i / 4.0);

    private static double Rate(int i) => Math.Max(0.2, Math.Min(1, 1.4 * Math.Exp(-i / 6.0)));

    private static string Text(string form, Func<int, double> loss, Func<int, double> rate)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        if (form == "planned")
            Line($"***** Running training *****\n  Num Epochs = 12\n  Total optimization steps = {Evaluations * 500:#,0}");
        if (form == "state")
            Line("{\n  \"best_metric\": null,\n  \"epoch\": 12.0,\n  \"log_history\": [");
        if (form is "table" or "card")
            Line(form == "table"
                ? "Step | Training Loss | Validation Loss | Wer\n-- | -- | -- | --"
                : "| Training Loss | Epoch | Step | Validation Loss | Wer |\n|:---:|:---:|:---:|:---:|:---:|");
        for (var i = 1; i <= Evaluations; i++)
        {
            var (train, wer, epoch) = (N(loss(i)), N(rate(i)), N(i * 0.5));
            var valid = loss(i) == 0 ? "NaN" : N(loss(i) + 0.2);
            if (form == "bars")
                text.Append(CultureInfo.InvariantCulture, $"\r{i * 4,3}%|##  | {i * 500}/{Evaluations * 500} [10:00<1:00:00,  2.0it/s]");
            if (form is "console" or "planned" or "bars")
                Line(
                    $"{{'loss': {train}, 'learning_rate': 0.0001, 'epoch': {epoch}}}\n"
                    + $"{(form == "bars" ? " 50%|#  | 4/8 [00:02<00:02,  2.0it/s]\n" : "")}{{'eval_loss': {valid.ToLowerInvariant()}, "
                    + $"'eval_wer': {wer}, 'eval_runtime': 9.5, 'epoch': {epoch}}}");
            else if (form == "state")
                Line(
                    $"    {{\n      \"epoch\": {epoch},\n      \"learning_rate\": 0.0001,\n      \"loss\": {train},\n      \"step\": "
                    + $"{i * 500}\n    }},\n    {{\n      \"epoch\": {epoch},\n      \"eval_loss\": {valid},\n      \"eval_wer\": {wer},\n"
                    + $"      \"step\": {i * 500}\n    }},");
            else
                Line(form == "table"
                    ? $"{i * 500} | {train} | {valid} | {wer}"
                    : $"| {(i == 1 ? "No log" : train)} | {epoch} | {i * 500} | {valid} | {wer} |");
        }
        if (form == "state")
            Line("  ],\n  \"max_steps\": 12000\n}");
        return text.ToString();
    }

    private static string N(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static MetricsSeries Series(string text)
    {
        using var folder = new TemporaryFolder();
        return MetricsSeries.Read(folder.Write("log.txt", text));
    }

    private static LossReport Examine(string text)
    {
        var series = Series(text);
        return LossDoctor.Examine(series, new DoctorContext().With(series));
    }
}
