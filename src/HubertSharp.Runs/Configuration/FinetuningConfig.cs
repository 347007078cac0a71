using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// A whole fine-tuning with CTC in fairseq's schema: the groups of <see cref="TrainingConfig"/>, and its own task, criterion and model.
/// The defaults are fairseq's own dataclass defaults; the published values are the bundled YAML files.
/// </summary>
[Ignores("task", "enable_padding single_target multiple_train_files eval_wer eval_wer_config eval_wer_tokenizer eval_wer_post_process "
    + "eval_bleu eval_bleu_detok eval_bleu_detok_args eval_tokenized_bleu eval_bleu_remove_bpe eval_bleu_args eval_bleu_print_samples "
    + "autoregressive tpu num_batch_buckets inferred_w2v_config precompute_mask_config precompute_mask_indices binarized_dataset "
    + "text_compression_level post_save_script subsample seed")]
[Ignores("criterion", "wer_kenlm_model wer_lexicon wer_lm_weight wer_word_score wer_sil_weight wer_args")]
[Ignores("model", "w2v_args normalize data encoder_embed_dim decoder_embed_dim autoregressive mask_min_space mask_channel_min_space "
    + "mask_channel_before blank_weight blank_mode")]
public sealed record FinetuningConfig : TrainingConfig
{
    public FinetuningTaskConfig Task { get; init; } = new();

    public CtcCriterionConfig Criterion { get; init; } = new();

    public FinetuningModelConfig Model { get; init; } = new();

    internal override IEnumerable<string> Broken(RuleCheck check) => FinetuningRules.Broken(this, check);
}
