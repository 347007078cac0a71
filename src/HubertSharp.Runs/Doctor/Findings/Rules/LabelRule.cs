using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>What the label check said at the start of a run that was begun in spite of it.</summary>
internal sealed class LabelRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f) =>
        f.Context.LabelFindings.Where(l => l.Severity == LabelSeverity.Error).DistinctBy(l => l.Code).Select(l => new Finding(
            FindingLevel.Broken, CodeOf(l.Code), FindingConfidence.Certain,
            (l.Message, Chinese(l)), (MeaningOf(l.Code), ChineseMeaning(l.Code)), (l.Next, "请修正标签后重新开始训练（'hubert labels check'）"),
            Sources.Page));

    private static string CodeOf(string code) => code switch
    {
        "one_cluster" => "constant_label",
        "label_rate" or "empty_dictionary" => code,
        _ => $"labels_{code}",
    };

    private static string MeaningOf(string code) => code switch
    {
        "label_rate" => "the labels are of another rate than the run was told, so that frames are trained on labels of other moments",
        "empty_dictionary" => "no label is in the dictionary, so every label becomes <unk> and the loss goes to 0 without learning",
        "one_cluster" => "all labels are one cluster, so there is nothing to predict",
        _ => "the labels do not belong to this audio",
    };

    private static string ChineseMeaning(string code) => code switch
    {
        "label_rate" => "标签的帧率与训练配置不符，帧与标签在时间上错位",
        "empty_dictionary" => "词典中没有任何标签，全部变为 <unk>，损失无须学习即趋于 0",
        "one_cluster" => "所有标签都是同一聚类，没有可预测的内容",
        _ => "标签与音频不对应",
    };

    private static string Chinese(LabelFinding finding) => $"标签检查报告：{finding.Message}";
}
