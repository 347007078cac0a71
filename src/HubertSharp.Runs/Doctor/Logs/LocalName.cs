using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Names of values in Chinese and German, as tables and scripts of such programs have them (训练集损失, Validierungs-Verlust); of other
/// languages the plain words for step and loss.
/// </summary>
internal static partial class LocalName
{
    /// <summary>The English name that a name stands for; itself where it is none of these.</summary>
    /// <param name="name">In lower case.</param>
    public static string InEnglish(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            return string.Join('/', name.Split('/').Select(InEnglish));
        var word = Simplified(Gaps().Replace(name, ""));
        return Plain.GetValueOrDefault(word) ?? (IsAscii(word) ? OfGerman(word) : OfChinese(word) ?? OfGerman(word)) ?? name;
    }

    private static string? OfChinese(string name) =>
        ChineseStep().Match(name) is { Success: true } step ? step.Groups["iteration"].Success ? "iteration" : "step"
        : ChineseEpoch().IsMatch(name) ? "epoch"
        : ScopeOf(name) is var scope && name.Contains("特征惩罚", StringComparison.Ordinal) ? $"{scope}features_pen"
        : name.Contains("损失", StringComparison.Ordinal) || (name.Contains("loss", StringComparison.Ordinal) && scope.Length > 0)
            ? $"{scope}{LossOf(name)}"
        : ChineseAccuracy().IsMatch(name) ? $"{scope}{(IsUnmasked(name) ? "acc_u" : IsMasked(name) ? "acc_m" : "accuracy")}"
        : Contains(name, "学习率", "学习速率") ? "lr"
        : Contains(name, "梯度范数", "梯度模") ? "gnorm"
        : Contains(name, "词错误率", "词错率") ? $"{scope}wer"
        : Contains(name, "字错误率", "字错率") ? $"{scope}cer"
        : name switch { "训练" => "train", "验证" or "测试" or "评估" => "valid", _ => null };

    private static string? OfGerman(string name) =>
        GermanStep().IsMatch(name) ? "step"
        : name is "iterationen" or "iterationsschritt" or "iterationsschritte" ? "iteration"
        : name is "aktualisierung" or "aktualisierungen" ? "updates"
        : name is "epoche" or "epochen" ? "epoch"
        : GermanLoss().IsMatch(name) ? $"{ScopeOf(name)}{LossOf(name)}"
        : name.EndsWith("genauigkeit", StringComparison.Ordinal) ? $"{ScopeOf(name)}{(IsMasked(name) ? "acc_m" : "accuracy")}"
        : name is "merkmalsstrafe" ? "features_pen"
        : name is "lernrate" ? "lr"
        : name.StartsWith("gradientennorm", StringComparison.Ordinal) ? "gnorm"
        : name is "wortfehlerrate" ? "wer"
        : name is "zeichenfehlerrate" ? "cer"
        : null;

    private static string ScopeOf(string name) =>
        Contains(name, "验证", "测试", "评估", "开发集", "検証", "validierung", "validation", "prüf", "test", "eval", "valid") ? "valid_"
        : Contains(name, "训练", "学习损失", "training") ? "train_"
        : "";

    private static string LossOf(string name) =>
        Contains(name, "对比", "kontrast") ? "contrastive_loss"
        : name.Contains("ctc", StringComparison.Ordinal) ? "ctc_loss"
        : IsUnmasked(name) ? "loss_u"
        : IsMasked(name) ? "loss_m"
        : "loss";

    private static bool IsMasked(string name) => Contains(name, "掩码", "掩蔽", "遮蔽", "掩膜", "maskiert", "masken");

    private static bool IsUnmasked(string name) => Contains(name, "未掩", "非掩", "未遮", "unmaskiert");

    private static bool Contains(string name, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (name.Contains(word, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool IsAscii(string name) => name.All(char.IsAscii);

    private static string Simplified(string name)
    {
        if (IsAscii(name))
            return name;
        var text = name.ToCharArray();
        for (var i = 0; i < text.Length; i++)
        {
            if (Traditional.IndexOf(text[i], StringComparison.Ordinal) is >= 0 and var at)
                text[i] = Simple[at];
        }
        return new string(text);
    }

    private const string Traditional = "訓練損驗證測試評輪數驟學習準確範對總遮開發碼懲罰徵";
    private const string Simple = "训练损验证测试评轮数骤学习准确范对总遮开发码惩罚征";

    private static readonly Dictionary<string, string> Plain = Table(
        ("step", "étape etape paso passo etapa krok stap шаг ステップ ステップ数 스텝 단계"),
        ("epoch", "époque época эпоха エポック 에포크"),
        ("run", "运行 实验 运行名称 实验名称 運行 實驗 实验组 lauf laufname versuch experiment"),
        ("value", "值 数值 wert"),
        ("loss", "perte pérdida perdida perdita perda strata потери потеря 损失值 损失 ロス 손실 loss值"),
        ("train_loss", "perted'entraînement pérdidadeentrenamiento 훈련손실 学习损失"),
        ("valid_loss", "pertedevalidation pérdidadevalidación 검증손실"));

    private static Dictionary<string, string> Table(params (string English, string Names)[] rows) =>
        rows.SelectMany(r => r.Names.Split(' ').Select(n => (Name: n, r.English)))
            .ToDictionary(p => p.Name, p => p.English, StringComparer.Ordinal);

    [GeneratedRegex(@"[\s_\-]")]
    private static partial Regex Gaps();

    [GeneratedRegex("^(?:训练|全局|当前|总|优化|优化器|参数|已训练)?(?:步|步数|步骤|更新|更新次数|更新数|更新步数|(?<iteration>迭代|迭代数|迭代次数|迭代步数))$")]
    private static partial Regex ChineseStep();

    [GeneratedRegex("^(?:训练|当前|总)?(?:轮次|轮数|轮|周期|世代|回合)(?:数)?$")]
    private static partial Regex ChineseEpoch();

    [GeneratedRegex("准确率|精度|正确率|准确度")]
    private static partial Regex ChineseAccuracy();

    [GeneratedRegex("^(?:trainings?|global(?:er|e)?|optimierungs|update)?schritt(?:e|zahl|nummer|nr)?$")]
    private static partial Regex GermanStep();

    [GeneratedRegex("verlust(?:e|s|wert|funktion)?$|^verlust")]
    private static partial Regex GermanLoss();
}
