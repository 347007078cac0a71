using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>
/// Says what was judged when it is not HuBERT's masked prediction, or not known to be, or not by the cosine head of the last layer alone.
/// </summary>
internal sealed class ObjectiveRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        foreach (var finding in f.IsMasked && f.IsScaled ? Heads(f) : [])
            yield return finding;
        if (f.Context.IsTokenizer || (f.Objective == TrainingObjective.MaskedPrediction && !f.Series.LossIsSum))
            yield break;
        var (code, seen, meaning) = f.Objective switch
        {
            TrainingObjective.MaskedPrediction => ("loss_is_sum",
                new Text("the loss is a sum over the masked frames of a batch, and their number is not logged", "损失是一个批次掩码帧之和，且未记录帧数"),
                new Text("its level says nothing; accuracies and the shape of the curve are judged", "其水平没有意义；只判断准确率与曲线形状")),
            TrainingObjective.Contrastive =>
                ("contrastive",
                    new Text($"this is wav2vec 2.0: the contrastive loss among {f.Series.Hints.Negatives?.ToString() ?? "(assumed) 100"} "
                        + $"distractors", $"这是 wav2vec 2.0：在 {f.Series.Hints.Negatives?.ToString() ?? "（假定）100"} 个负样本中的对比损失"),
                    f.ToldChance is { } chance
                        ? new Text($"chance is {Bits(chance)} bits; HuBERT's clusters, bands and penalty do not apply",
                            $"随机水平 {Bits(chance)} 比特；HuBERT 的聚类、参考区间与惩罚不适用")
                        : new Text("without the number of distractors in the log its chance is not known; HuBERT's clusters, bands and "
                            + "penalty do not apply", "日志未说明负样本数，随机水平未知；HuBERT 的聚类、参考区间与惩罚不适用")),
            TrainingObjective.Ctc => ("ctc", new Text("this is CTC fine-tuning", "这是 CTC 微调"),
                new Text("a loss per sentence in the hundreds or thousands is normal at its start; "
                    + "error rates and the shape of the curve are judged", "开始时每句损失达数百或数千属正常；只判断错误率与曲线形状")),
            TrainingObjective.SelfDistillation =>
                ("self_distillation", new Text("this is self-distillation (data2vec, DinoSR)", "这是自蒸馏（data2vec、DinoSR）"),
                    new Text("its loss may rise while it learns and has no chance level; variances, NaN and the loss scale are judged",
                        "其损失在学习中也可能上升，且没有随机水平；只判断方差、NaN 与损失缩放")),
            TrainingObjective.Other =>
                ("other_objective", new Text("this is no masked prediction: the log holds another objective's loss", "这不是掩码预测：日志中是其他目标的损失"),
                    new Text("only NaN, divergence, gradients and the loss scale are judged", "只判断 NaN、发散、梯度与损失缩放")),
            _ => ("loss_only", new Text("the log holds a loss and nothing that says of what", "日志中只有损失，没有说明是什么的损失"),
                new Text("it is taken for HuBERT's whole loss: masked loss plus features penalty", "按 HuBERT 的总损失处理：掩码损失加特征惩罚")),
        };
        yield return new Finding(FindingLevel.Info, code, FindingConfidence.Likely, seen, meaning,
            f.Objective == TrainingObjective.Unknown
                ? ("give a log with loss_m_0 and loss_features_pen for a surer verdict", "请提供含 loss_m_0 与 loss_features_pen 的日志以得到更可靠的结论")
                : NothingToDo, Sources.Page);
    }

    /// <summary>Other heads and front ends, whose loss has the same scale.</summary>
    private static IEnumerable<Finding> Heads(LossFacts f)
    {
        if (f.Context.PredictLayers.Count > 1)
            yield return new Finding(FindingLevel.Info, "several_heads", FindingConfidence.Certain,
                ($"layers {string.Join(", ", f.Context.PredictLayers)} predict the labels, each with a head of its own "
                    + "(model.predict_layers)",
                    $"第 {string.Join("、", f.Context.PredictLayers)} 层各有一个预测头（model.predict_layers）"),
                ("the whole loss is the mean over these layers, so chance stays log2 of the classes; the masked loss that is judged is the "
                    + "last layer's", "总损失是这些层的平均值，因此随机水平仍为类别数的 log2；所判断的掩码损失属于最后一层"),
                NothingToDo, Sources.Page);
        if (f.Context.HasOtherModel)
            yield return new Finding(FindingLevel.Info, "other_model", FindingConfidence.Certain,
                ("the model has a linear head or a log-mel front end (model.prediction_head, model.frontend)",
                    "模型使用线性预测头或 log-mel 前端（model.prediction_head、model.frontend）"),
                ("the loss is a cross entropy on the same scale and starts near chance; the published runs that it is compared with have "
                    + "cosine heads over the waveform", "损失是同一尺度上的交叉熵，从随机水平附近开始；用作参考的公开训练使用余弦预测头与波形前端"),
                NothingToDo, Sources.Page);
    }
}
