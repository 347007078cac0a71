namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>The names of the embedded reference runs, their data and sources in Chinese; a user's own stay as they are.</summary>
internal static class ReferenceNames
{
    private static readonly Dictionary<string, string> s_chinese = new(StringComparer.Ordinal)
    {
        ["fairseq, 6 GPUs"] = "fairseq，6 块 GPU",
        ["fairseq, 8 GPUs"] = "fairseq，8 块 GPU",
        ["ESPnet, 32 V100"] = "ESPnet，32 块 V100",
        ["AVES-bio, 1 GPU"] = "AVES-bio，1 块 GPU",
        ["fairseq, 4 layers of 256, one CPU"] = "fairseq，4 层 × 256 维，单个 CPU",
        ["HuBERT Base, two cores, warm-up of 32,000"] = "HuBERT Base，两个 CPU 核，预热 32,000 次",
        ["LibriSpeech 960 h"] = "LibriSpeech 960 小时",
        ["360 h of animal sounds"] = "360 小时动物声音",
        ["53 min Mandarin and English"] = "53 分钟普通话和英语",
        ["fairseq issue 4907"] = "fairseq 的 issue 4907",
        ["espnet issue 3814"] = "ESPnet 的 issue 3814",
        ["checkpoint state quoted in a public audit"] = "一份公开审计所引的检查点状态",
        ["baseline run of this project, mean over 50 updates"] = "本项目的基准训练，50 次更新的平均",
        ["docs/examples, mean over 50 updates"] = "docs/examples，50 次更新的平均",
        [ReferenceRun.OwnData] = "自己的训练",
    };

    /// <summary>A name as a Chinese page says it.</summary>
    public static string InChinese(string name) => s_chinese.GetValueOrDefault(name, name);
}
