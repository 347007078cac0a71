using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>Speech that the run was given and does not train on: 5% and more should be meant.</summary>
internal sealed class DataRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Context.Data is not { } data)
            yield break;
        if (data.LeftOutShare >= DataSummary.NoteworthyShare)
            yield return new Finding(FindingLevel.Watch, "data_left_out", FindingConfidence.Certain,
                Both(language => DataTexts.LeftOut(data, language)),
                ("the model learns from less speech than the corpus holds, whatever the loss says", "无论损失如何，模型学到的语音都少于语料所含"),
                Both(language => DataTexts.LeftOutRemedy(data, language)), Sources.Page);
        if (data.CroppedShare >= DataSummary.NoteworthyShare)
            yield return new Finding(data.RandomCrop == false ? FindingLevel.Watch : FindingLevel.Info, "data_cropped",
                FindingConfidence.Certain, Both(language => DataTexts.Cropped(data, language)), Meaning(data.RandomCrop),
                Both(language => DataTexts.CroppedRemedy(data, language)), Sources.Page);
    }

    private static Text Meaning(bool? randomCrop) => randomCrop switch
    {
        true => ("other epochs hear other parts (task.random_crop)", "各轮听到不同的部分（task.random_crop）"),
        false => ("the ends of the utterances are never heard, because task.random_crop is false",
            "task.random_crop 为 false，语音末尾的部分从不参与训练"),
        null => ("with task.random_crop other parts are heard in other epochs; without it they never are",
            "启用 task.random_crop 时各轮听到不同的部分；否则被裁剪的部分从不参与训练"),
    };

    private static Text Both(Func<ReportLanguage, string> sentence) =>
        (sentence(ReportLanguage.English), sentence(ReportLanguage.Chinese));
}
