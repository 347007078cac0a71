using HubertSharp.Runs.Doctor.Facts;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>The masked loss by language, where the run logs it.</summary>
internal sealed class LanguageRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Languages is not { Count: > 1 } languages)
            yield break;
        string Parts(string between, string open, string close) => string.Join(between,
            languages.Select(l => $"{l.Name} {Bits(l.LossBits)}{(l.Accuracy is { } a ? $"{open}{Percent(a)}{close}" : "")}"));
        var gap = languages.Max(l => l.LossBits) - languages.Min(l => l.LossBits);
        var hardest = languages.MaxBy(l => l.LossBits)!.Name;
        var error = languages.Any(l => l.ErrorBits is null)
            ? double.PositiveInfinity
            : Math.Sqrt(languages.Sum(l => l.ErrorBits!.Value * l.ErrorBits.Value));
        var (differ, unclear) = (gap > 0.5 && gap > 3 * error, gap > 0.5 || (3 * error > 0.5 && double.IsFinite(error)));
        yield return new Finding(FindingLevel.Info, "languages", differ || !unclear ? FindingConfidence.Likely : FindingConfidence.Possible,
            ($"masked loss (accuracy) by language: {Parts(", ", " (", ")")}", $"各语言掩码损失（准确率）：{Parts("，", "（", "）")}"),
            differ ? ($"{hardest} is {Bits(gap)} bits harder: less data, or more varied speech, or clusters that "
                + "the other language dominates",
                $"{hardest} 难 {Bits(gap)} 比特：语料较少或更多样，或聚类主要由另一语言决定")
                : unclear ? ("too few lines to say which is harder", "行数太少，尚不能说哪种更难")
                : ("about equally hard", "难度相近"),
            differ ? ("fit the k-means on equal amounts of both, and measure each language on its own",
                "用等量的各语言语料训练 k-means，并分别测量各语言") : NothingToDo, Sources.MixedLanguages);
    }
}
