using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Findings.Rules.Finetuning;

/// <summary>The errors of a fine-tuning by language, once the model has learnt to spell in one of them.</summary>
internal sealed class SpokenLanguageRule : FindingRule
{
    /// <summary>Percent of the symbols: below, a language is spelt.</summary>
    private const double Spelt = 95;

    /// <summary>Points between two languages that are worth a word, and the share of the training symbols that explains them.</summary>
    private const double Gap = 10, Few = 0.3;

    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        if (f.Objective != TrainingObjective.Ctc || f.ErrorsByLanguage is not { Count: > 1 } languages
            || languages.All(l => l.SymbolErrorsPercent >= Spelt))
            yield break;
        var (hardest, easiest) = (languages.MaxBy(l => l.SymbolErrorsPercent)!, languages.MinBy(l => l.SymbolErrorsPercent)!);
        var gap = hardest.SymbolErrorsPercent - easiest.SymbolErrorsPercent;
        var share = ShareOf(hardest.Name, f.Context.Transcripts?.Usage);
        var (differ, isRare) = (gap > Gap, share < Few);
        string Seen(string between, Func<string, string> bracketed) => string.Join(between, languages.Select(l =>
            $"{l.Name} {l.SymbolErrorsPercent:0.#}%" + (l.LossBits is { } bits ? bracketed(Bits(bits)) : "")));
        yield return new Finding(FindingLevel.Info, "ctc_languages", isRare ? FindingConfidence.Likely : FindingConfidence.Possible,
            ($"symbol errors (loss per symbol) by language at the last validation: {Seen(", ", bits => $" ({bits} bits)")}",
                $"最后一次验证时各语言的符号错误率（每符号损失）：{Seen("，", bits => $"（{bits} 比特）")}"),
            !differ ? ("about equally hard", "难度相近")
                : isRare ? ($"{hardest.Name} is {gap:0.#} points behind, and has {100 * share!.Value:0.#}% of the symbols in training",
                    $"{hardest.Name} 落后 {gap:0.#} 个百分点，且只占训练符号的 {100 * share!.Value:0.#}%")
                : ($"{hardest.Name} is {gap:0.#} points behind, though it is no rarer in training: its recordings or symbols are harder",
                    $"{hardest.Name} 落后 {gap:0.#} 个百分点，但训练中并不更少：其录音或符号更难"),
            !differ ? NothingToDo
                : isRare ? ("hear it more often: dataset.language_temperature=2 or more", "让它出现得更多：dataset.language_temperature=2 或更大")
                : ("score each language by itself with 'hubert score --manifest', and look at --align",
                    "用 'hubert score --manifest' 分别评分，并查看 --align"), Sources.Page);
    }

    // of the symbols of all languages; utterances that hold two scripts are counted in one of them already
    private static double? ShareOf(string name, IReadOnlyList<SymbolUsage>? usage) =>
        usage is [{ Part: null, Symbols: > 0 and var all }, ..] && usage.FirstOrDefault(u => u.Part == name) is { } own
            ? (double)own.Symbols / all
            : null;
}
