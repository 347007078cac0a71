using HubertSharp.Runs.Languages;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Reports;

/// <summary>Every word of the report, in both languages side by side.</summary>
internal sealed class ReportTexts(ReportLanguage language)
{
    public string LanguageTag => Pick("en", "zh");
    public string Subtitle => Pick("HuBERT pre-training, from recordings to an answer", "HuBERT 预训练：从录音到结论");
    public string Other => Pick("中文", "English");
    public string LossNormal => Pick("Is the loss normal?", "损失正常吗？");
    public string Worth => Pick("Evaluation", "评估");
    public string Iteration(int number) => Pick($"Iteration {number}", $"第 {number} 轮");
    public string IterationTitle(IterationSummary i) => Pick(
        $"Iteration {i.Number}: {i.Clusters} clusters of {Name(i.Source)} at {i.LabelRate:0.##} Hz",
        $"第 {i.Number} 轮：{Name(i.Source)} 的 {i.Clusters} 个聚类，{i.LabelRate:0.##} Hz");

    /// <summary>A name and what it is of, as in <c>masked loss, start</c>.</summary>
    public string Parts(params ReadOnlySpan<string> parts) => string.Join(Pick(", ", "，"), parts);

    /// <summary>What stands in brackets behind something.</summary>
    public string Bracketed(string text) => Pick($" ({text})", $"（{text}）");

    /// <summary>A title and what is below it.</summary>
    public string Titled(string title, string text) => $"{title}{Pick(": ", "：")}{text}";

    public string MaskedLoss => Pick("masked loss", "掩码损失");
    public string Bits => Pick("bits", "比特");
    public string LossPerSymbol => Pick("loss (bits per symbol)", "损失（比特/符号）");
    public string SymbolErrors => Pick("symbol errors (%)", "符号错误率（%）");
    public string WordErrors => Pick("word errors (%)", "词错误率（%）");
    public string MaskedLossBits => Pick("masked loss (bits)", "掩码损失（比特）");
    public string Chance => Pick("chance", "随机水平");
    public string LabelEntropy => Pick("label entropy", "标签熵");
    public string BitsExplained => Pick("information explained", "已解释信息量");
    public string Train => Pick("train", "训练");
    public string Valid => Pick("valid", "验证");
    public string Accuracy => Pick("accuracy", "准确率");
    public string MaskedAccuracy => Pick("masked accuracy", "掩码帧准确率");
    public string UnmaskedAccuracy => Pick("unmasked accuracy", "未掩码帧准确率");
    public string GradientNorm => Pick("gradient norm", "梯度范数");
    public string LearningRate => Pick("learning rate", "学习率");
    public string Updates => Pick("updates", "更新次数");
    public string Update => Pick("update", "更新");
    public string LeftOut => Pick("left out of training", "未参与训练");

    /// <summary>What is never heard of a manifest, as a figure; null where that is not known.</summary>
    public string? LeftOutShare(DataSummary? data) => data is null ? null : DataTexts.LeftOutShare(data, language);
    public string Parameters => Pick("parameters", "参数量");
    public string Start => Pick("start", "起始");
    public string End => Pick("end", "结束");

    /// <summary>What a training figure at the end is a mean over.</summary>
    public string LastShare => Pick("mean of the last 5% of updates", "最后 5% 更新的平均");

    public string LastTenth => Pick("median of the last 10% of updates", "最后 10% 更新的中位数");

    public string LastValidation => Pick("last validation", "最后一次验证");

    /// <summary>Unmasked frames are scored in some updates only; a line tells those.</summary>
    public string SampledUnmaskedAccuracy => Pick("unmasked accuracy (every tenth update)", "未掩码帧准确率（每十次更新一次）");
    public string Speed => Pick("audio-seconds per second", "每秒训练的音频秒数");
    public string Figures => Pick("Figures", "数据");
    public string Loss => Pick("loss", "损失");

    /// <summary>What is judged: a tokenizer by its mel error.</summary>
    public string Judged(bool isMelError) => isMelError ? Pick("mel error", "梅尔误差") : Loss;
    public string LossBits => Pick("loss (bits)", "损失（比特）");
    public string WholeLoss => Pick("whole loss", "总损失");
    public string Penalty => Pick("features penalty", "特征惩罚");
    public string LossParts => Pick("what the first losses are made of (bits)", "最初损失的构成（比特）");
    public string PublishedRuns => Pick("reference runs of this length", "同等长度的参考训练");
    public string ErrorRate => Pick("error rate (percent)", "错误率（%）");
    public string LossScale => Pick("loss scale", "损失缩放");
    public string CodePerplexity => Pick("codebook perplexity", "码本困惑度");
    public string DoctorSubtitle => Pick("the loss doctor's report", "损失诊断报告");
    public string NoAction(int count) => Pick(count == 1 ? "1 finding needs no action" : $"{count} findings need no action",
        $"另有 {count} 条发现，无须处理");
    public string FindingsTitle => Pick("Findings", "发现");
    public string UnitWord(string unit) =>
        unit switch { "bits" => Pick("bits", "比特"), "nats" => Pick("nats", "奈特"), "sum" => Pick("sum", "总和"), _ => unit };
    public string UnitName => Pick("unit of the log", "日志的单位");
    public string From(string from) => from switch
    {
        "first loss" => Pick("inferred from the first loss", "由首个损失推断"),
        "assumed" => Pick("assumed", "假定"),
        "format" => Pick("by the log's format", "由日志格式"),
        "perplexity" => Pick("by the perplexity beside it", "由同列困惑度"),
        "user" or "--clusters" => Pick("as given", "由用户给出"),
        "configuration" => Pick("from the configuration", "来自配置"),
        _ => from,
    };

    public string FormatName(Doctor.Logs.LogFormat format) => Pick(format.Title.English, format.Title.Chinese);

    public string LevelName(Doctor.FindingLevel level) => level switch
    {
        Doctor.FindingLevel.Broken => Pick("broken", "异常"),
        Doctor.FindingLevel.Watch => Pick("watch", "需留意"),
        _ => Pick("fine", "正常"),
    };

    public string ConfidenceName(Doctor.FindingConfidence confidence) => confidence switch
    {
        Doctor.FindingConfidence.Certain => Pick("certain", "确定"),
        Doctor.FindingConfidence.Likely => Pick("likely", "很可能"),
        _ => Pick("possible", "可能"),
    };

    public string[] QualityHeader => [Labels, Language, Reference, Clusters, Frames, PhonePurity, ClusterPurity, "PNMI"];
    public IReadOnlyList<string> QualityCells(QualitySummary q) =>
        [Name(q.Source), LanguageName(q.Language), ReferenceName(q.Reference), ClustersOf(q), $"{q.Frames:#,0}", $"{q.PhonePurity:0.000}",
            $"{q.ClusterPurity:0.000}", $"{q.Pnmi:0.000}"];


    /// <summary>Clusters that occur, and of how many where some do not.</summary>
    public string ClustersOf(QualitySummary q) => q.AskedClusters is { } asked && asked != q.Clusters
        ? Pick($"{q.Clusters} of {asked}", $"{q.Clusters}（共 {asked}）")
        : $"{q.Clusters}";

    public string[] ProbeHeader => [Features, HeldOut, Accuracy, Interval, Majority, Classes, TestItems];
    public IReadOnlyList<string> ProbeCells(ProbeSummary p) =>
        [Name(p.Source), HeldOutName(p.HeldOut), Percent(p.Accuracy), IntervalOf(p), Percent(p.Majority),
            $"{p.Classes}", $"{p.Items:#,0}"];

    /// <summary>The interval over recordings; a dash where there are too few.</summary>
    public string IntervalOf(ProbeSummary p) => double.IsNaN(p.Low) ? None : $"{Percent(p.Low)} – {Percent(p.High)}";

    public string Curves => Pick("Curves", "曲线");
    public string LabelQuality => Pick("Labels and layers against references", "标签与各层聚类的质量");
    public string LabelQualityNote => Pick(
        "Phone purity: share of frames whose phone or syllable is the most frequent one of their cluster. Cluster purity: "
        + "share of frames whose cluster is the most frequent one of their phone or syllable. PNMI: share of the reference's entropy that "
        + "the clusters tell. More clusters raise phone purity and lower cluster purity, so compare PNMI first. "
        + "Bold rows are the labels that a model was trained on.",
        "音素纯度：帧的音素（或音节）等于其聚类中最常见者的比例。聚类纯度：帧的聚类等于其音素（或音节）中最常见者的比例。PNMI：聚类所提供的参考熵的比例。聚类越多，音素纯度越高、聚类纯度越低，因此应先比较 PNMI。粗体行是用于训练模型的标签。");
    public string LabelSetNote => Pick("* labels that a model was trained on", "* 用于训练模型的标签");
    public string ProbeNote => Pick(
        "Logistic regression names the reference label of each segment from the mean of its frozen features; it is tested on speakers, "
        + "or on recordings, that it was not trained on. Intervals are 95% bootstrap intervals over recordings.",
        "逻辑回归根据每个片段冻结特征的均值判断其参考标签；测试所用的说话人或录音不出现在训练中。区间为按录音重抽样的 95% 自助法置信区间。");
    public string WorthCurve => Pick("The curve of worth", "价值曲线");
    public string WorthCurveNote => Pick(
        "Checkpoints of each iteration, scored like the layers above; the layer of each was chosen where layers are chosen. "
        + "At 0 hours: random "
        + "weights. ABX: lower is better.",
        "各次迭代的检查点，评测方式与上文各层相同；每个检查点的层在选层划分上选出。0 小时处为随机权重。ABX 越低越好。");
    public string AudioHeard => Pick("audio heard (hours)", "已听音频（小时）");
    public string HeldOut => Pick("held out", "留出");
    public string HeldOutName(string heldOut) => heldOut switch
    {
        "speaker" => Pick("speaker", "说话人"),
        "pronunciation" => Pick("pronunciation", "发音"),
        _ => Pick("recording", "录音"),
    };
    public string Majority => Pick("majority-class baseline", "多数类基线");
    public string Labels => Pick("labels", "标签");
    public string Language => Pick("language", "语言");
    public string Reference => Pick("reference", "参考");
    public string Clusters => Pick("clusters", "聚类数");
    public string Frames => Pick("frames", "帧数");
    public string PhonePurity => Pick("phone purity", "音素纯度");
    public string ClusterPurity => Pick("cluster purity", "聚类纯度");
    public string Probe => Pick("Linear probe on frozen features", "冻结特征上的线性探测");
    public string Features => Pick("features", "特征");
    public string Interval => Pick("95% interval", "95% 置信区间");
    public string TestItems => Pick("test items", "测试样本");
    public string Classes => Pick("classes", "类别数");
    public string Corpus => Pick("Corpus", "语料");
    public string Split => Pick("split", "划分");
    public string Utterances => Pick("utterances", "句数");
    public string Duration => Pick("duration", "时长");
    public string Credits => Pick("Credits and licences of the recordings", "录音的署名与许可");
    public string Histogram => Pick("Frames per cluster (sorted)", "每个聚类的帧数（按大小排序）");
    public string HistogramTitle(int used, int clusters) =>
        Pick($"{used} of {clusters} clusters are in use", $"{clusters} 个聚类中有 {used} 个被使用");
    public string Configuration => Pick("Configuration", "配置");
    public string Environment => Pick("Environment", "环境");
    public string Time => Pick("Time by stage", "各阶段用时");
    public string Stage => Pick("stage", "阶段");
    public string Key => Pick("key", "键");
    public string Value => Pick("value", "值");
    public string All => Pick("all", "全部");
    public string None => Pick("–", "–");
    public string Made(DateTime at) => Pick($"made {at:yyyy-MM-dd HH:mm} UTC", $"生成于 {at:yyyy-MM-dd HH:mm} UTC");
    public VerdictSummary Verdict(IterationSummary i) => language == ReportLanguage.Chinese ? i.VerdictChinese ?? i.Verdict : i.Verdict;
    public string Finding(FindingSummary finding) => Pick($"{finding.Seen}: {finding.Meaning}.", $"{finding.Seen}：{finding.Meaning}。");
    public string ReferenceName(string reference) => reference switch
    {
        "syllables" => Pick("syllables", "音节"),
        "phones" => Pick("phones", "音素"),
        _ => reference,
    };

    public string LanguageName(string? tag) => tag switch
    {
        null => All,
        "zh" => Pick("Mandarin", "普通话"),
        "en" => Pick("English", "英语"),
        TextScripts.CodeSwitchedKey => Pick("code-switched", "语码转换"),
        _ => tag,
    };

    public string Status(string status) => status switch
    {
        "normal" => Pick("normal", "正常"),
        "too_early" => Pick("too early to tell", "为时尚早"),
        "watch" => Pick("watch", "需留意"),
        "broken" => Pick("broken", "异常"),
        _ => status,
    };

    public string Name(FeatureSource source) => source switch
    {
        { Kind: FeatureSourceKind.Mfcc or FeatureSourceKind.Fbank } => (source.Kind == FeatureSourceKind.Mfcc ? "MFCC" : "fbank")
            + (source.Rate is { } rate ? Pick($" at {rate:0.##} Hz", $"（{rate:0.##} Hz）") : ""),
        { Kind: FeatureSourceKind.RandomModel } => Pick($"untrained model, layer {source.Layer}", $"未训练模型第 {source.Layer} 层"),
        _ => Pick($"iteration {source.Iteration}, layer {source.Layer}", $"第 {source.Iteration} 轮第 {source.Layer} 层"),
    };

    public static string Percent(double share) => $"{share * 100:0.0}%";

    private string Pick(string english, string chinese) => language == ReportLanguage.English ? english : chinese;
}
