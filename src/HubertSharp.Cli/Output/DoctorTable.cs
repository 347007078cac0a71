using System.Text.Json;
using System.Text.Json.Nodes;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Cli.Output;

/// <summary>A loss report for people and for programs.</summary>
internal static class DoctorTable
{
    public static void Write(TextWriter output, string log, LossReport report, ReportLanguage language)
    {
        string Pick(string english, string chinese) => language == ReportLanguage.Chinese ? chinese : english;
        output.WriteLine($"{log}: {report.Verdict switch
        {
            LossVerdict.TooEarly => Pick("TOO EARLY", "为时尚早"),
            LossVerdict.Normal => Pick("NORMAL", "正常"),
            LossVerdict.Watch => Pick("WATCH", "需留意"),
            _ => Pick("BROKEN", "异常"),
        }}");
        output.WriteLine(report.Summary);
        output.WriteLine();
        PlainTable.Write(output, Rows(report, Pick).Where(r => r.Value is not null).Select(r => new[] { r.Name, r.Value! }));
        output.WriteLine();
        foreach (var finding in report.Findings)
        {
            var level = finding.Level switch
            {
                FindingLevel.Broken => Pick("broken", "异常  "),
                FindingLevel.Watch => Pick("watch ", "留意  "),
                _ => Pick("info  ", "说明  "),
            };
            var confidence = finding.Confidence switch
            {
                FindingConfidence.Certain => Pick("certain", "确定"),
                FindingConfidence.Likely => Pick("likely", "很可能"),
                _ => Pick("possible", "可能"),
            };
            output.WriteLine($"{level} {finding.Code}{Pick($" ({confidence}): ", $"（{confidence}）：")}{finding.Seen}");
            output.WriteLine($"       {finding.Meaning}{(finding.NeedsAction ? "" : $" [{finding.Reference}]")}");
            if (finding.NeedsAction)
                output.WriteLine($"       -> {finding.Next} [{finding.Reference}]");
        }
        output.WriteLine();
    }

    public static JsonNode Json(IReadOnlyList<(string Log, LossReport Report)> reports)
    {
        var objects = reports.Select(r =>
        {
            var json = JsonSerializer.SerializeToNode(r.Report, JsonOutput.Options)!.AsObject();
            json.Insert(0, "log", r.Log);
            return (JsonNode)json;
        }).ToArray();
        return objects.Length == 1 ? objects[0] : new JsonArray(objects);
    }

    private static IEnumerable<(string Name, string? Value)> Rows(LossReport report, Func<string, string, string> pick)
    {
        var special = report.Clusters is { } k
            ? $"{pick(", ", "，")}log2({(report.Classes == k ? $"{k}" : $"{k} + {report.Classes - k}")})" : "";
        var isOfTranscripts = report.Objective == TrainingObjective.Ctc;
        var unit = isOfTranscripts && report.Format == LogFormat.HubertSharp ? pick(" bits per symbol", " 比特/符号")
            : report.ChanceBits is not null || report.Perplexity is not null ? pick(" bits", " 比特")
            : "";
        string? Loss(double? value) => Number(value) is { } text ? text + unit : null;
        static string? Number(double? value) => value is null ? null : $"{value:0.000}";
        static string? Share(double? value) => value is null ? null : $"{100 * value:0.0}%";
        var trend = report.Trend switch
        {
            "falling" => pick("falling", "下降"),
            "flat" => pick("flat", "持平"),
            "rising" => pick("rising", "上升"),
            _ => pick("unclear", "不明"),
        };
        var phase = report.LearningRatePhase switch
        {
            "warmup" => pick("warmup", "预热"),
            "peak" => pick("peak", "峰值"),
            "decay" => pick("decay", "衰减"),
            "finished" => pick("finished", "结束"),
            _ => pick("unknown", "未知"),
        };
        var what = report.IsMelError ? pick("mel error", "梅尔误差") : pick("loss", "损失");
        var isSplit = report.First is { TotalBits: not null, PenaltyBits: not null };
        var sampled = report.Format == LogFormat.HubertSharp; // which leaves the unmasked frames out of the updates between
        return
        [
            (pick("chance", "随机水平") + special, Loss(report.ChanceBits)),
            (pick("label entropy", "标签熵"), Loss(report.LabelEntropyBits)),
            isOfTranscripts // whose whole loss may be of sentences, and not of symbols as those below
                ? (pick($"first window (to update {report.First.ToUpdate}), loss", $"首个日志窗口（到第 {report.First.ToUpdate} 次更新），损失"),
                    Loss(report.First.PredictionBits ?? report.First.TotalBits))
                : (pick($"first window (to update {report.First.ToUpdate}), whole loss", $"首个日志窗口（到第 {report.First.ToUpdate} 次更新），总损失"),
                    Loss(report.First.TotalBits)),
            (pick("  of it prediction", "  其中预测"), isSplit ? Loss(report.First.PredictionBits) : null),
            (pick("  of it features penalty", "  其中特征惩罚"), isSplit ? Loss(report.First.PenaltyBits) : null),
            (pick($"{what} over the last 5% of {report.Updates} updates", $"{report.Updates} 次更新中最后 5% 的{what}"),
                Loss(report.FinalLossBits)),
            (pick($"{what} of the last window", $"最后一个日志窗口的{what}"), Loss(report.LastWindowLossBits)),
            (pick($"{what} of the last validation", $"最后一次验证的{what}"), Loss(report.ValidLossBits)),
            (pick("share of the information explained", "已解释信息量的比例"), Share(report.BitsExplained)),
            (pick($"trend ({trend}) per 1,000 updates", $"趋势（{trend}），每 1,000 次更新"), Loss(report.TrendBitsPer1000Updates)),
            (pick("step-to-step noise", "日志点间噪声"), Loss(report.NoiseBits)),
            (pick("masked accuracy over the last 5%", "最后 5% 的掩码帧准确率"), Share(report.MaskedAccuracy)),
            (pick($"unmasked accuracy over the last 5%{(sampled ? ", every tenth update" : "")}",
                $"最后 5% 的未掩码帧准确率{(sampled ? "（每十次更新一次）" : "")}"), Share(report.UnmaskedAccuracy)),
            (report.ErrorRateOf == "symbols" ? pick("symbol errors", "符号错误率") : pick("word errors", "词错误率"),
                Share(report.ErrorRatePercent / 100)),
            (pick($"gradient norm, median of the last 10% (learning rate: {phase})", $"梯度范数，最后 10% 的中位数（学习率：{phase}）"),
                Number(report.GradientNorm)),
            .. report.Languages.Select(l => (
                pick($"masked loss over the last 10%, {l.Name}", $"最后 10% 的掩码损失，{l.Name}"), Loss(l.LossBits))),
            .. report.ErrorsByLanguage.SelectMany(l => (IEnumerable<(string, string?)>)
            [
                (pick($"loss of the last validation, {l.Name}", $"最后一次验证的损失，{l.Name}"), Loss(l.LossBits)),
                (pick($"symbol errors, {l.Name}", $"符号错误率，{l.Name}"), Share(l.SymbolErrorsPercent / 100)),
                (pick($"word errors, {l.Name}", $"词错误率，{l.Name}"), Share(l.WordErrorsPercent / 100)),
            ]),
        ];
    }
}
