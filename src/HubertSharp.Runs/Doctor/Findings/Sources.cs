namespace HubertSharp.Runs.Doctor.Findings;

/// <summary>Where the rules' knowledge is from.</summary>
internal static class Sources
{
    public const string Page = "docs/loss.md";
    public const string HubertPaper = "Hsu et al. 2021, arXiv:2106.07447";
    public const string EmptyDictionary = "https://github.com/facebookresearch/fairseq/pull/4521";
    public const string OtherKMeans = "https://github.com/facebookresearch/fairseq/issues/4312";
    public const string UnmaskedAccuracy = "https://github.com/facebookresearch/fairseq/issues/4742";
    public const string MixedLanguages = "https://github.com/facebookresearch/fairseq/issues/5526";
    public const string JumpThatStays = "https://github.com/facebookresearch/fairseq/issues/5534";
    public const string Hiccup = "https://github.com/pytorch/audio/issues/2947";
    public const string LossScale = "https://github.com/facebookresearch/fairseq/issues/1529";
    public const string GradScale = "https://github.com/k2-fsa/icefall/pull/1500";
    public const string SkippedUpdates = "https://github.com/espnet/espnet/issues/4095";
    public const string DeadContrast = "https://github.com/facebookresearch/fairseq/issues/3109";
    public const string TrivialContrast = "https://github.com/facebookresearch/fairseq/issues/3687";
    public const string StuckRun = "https://github.com/yanghaha0908/FastHuBERT/issues/6";
    public const string StuckCtc = "https://github.com/facebookresearch/fairseq/issues/2570";
    public const string VarianceCollapse = "https://github.com/facebookresearch/fairseq/issues/4177";
    public const string Initialisation = "https://github.com/pytorch/audio/pull/2716";
    public const string Criterion = "fairseq/criterions/hubert_criterion.py";
    public const string Tokenizer = "docs/tokenizer.md";
    public const string DiscriminatorWins = "https://github.com/Stability-AI/stable-audio-tools/issues/132";
    public const string DistillationAxis = "https://github.com/ZhangXInFD/SpeechTokenizer/issues/2";
}
