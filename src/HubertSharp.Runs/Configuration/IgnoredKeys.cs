namespace HubertSharp.Runs.Configuration;

/// <summary>
/// Keys of the groups of every training that fairseq knows and that have no meaning here: accepted, and reported once. Those of its own
/// groups a root record names itself (<see cref="IgnoresAttribute"/>).
/// </summary>
internal static class IgnoredKeys
{
    /// <summary>Groups of which no key means anything.</summary>
    public static IReadOnlyList<string> Groups { get; } =
        ["hydra", "job_logging_cfg", "bmuf", "generation", "common_eval", "eval_lm", "interactive", "scoring", "bpe", "tokenizer",
            "ema", "_name"];

    private static readonly HashSet<string> Known =
    [
        .. Of("common", "_name log_format log_file wandb_project azureml_logging tpu memory_efficient_bf16 memory_efficient_fp16 "
            + "fp16_no_flatten_grads on_cpu_convert_precision amp amp_batch_retries amp_init_scale amp_scale_window user_dir "
            + "empty_cache_freq all_gather_list_size model_parallel_size quantization_config_path profile reset_logging suppress_crashes "
            + "use_plasma_view plasma_path"),
        .. Of("checkpoint",
            "_name continue_once optimizer_overrides keep_interval_updates_pattern checkpoint_suffix checkpoint_shard_count "
                + "load_checkpoint_on_all_dp_ranks model_parallel_size distributed_rank s3_upload_path "
                + "s3_dir cloud_upload_path"),
        .. Of("distributed_training", "_name distributed_num_procs distributed_rank distributed_backend distributed_init_method "
            + "distributed_port device_id local_rank distributed_no_spawn ddp_backend fix_batches_to_gpus "
            + "find_unused_parameters gradient_as_bucket_view fast_stat_sync broadcast_buffers distributed_wrapper "
            + "slowmo_momentum slowmo_algorithm slowmo_base_algorithm localsgd_frequency nprocs_per_node pipeline_model_parallel "
            + "pipeline_balance pipeline_devices pipeline_chunks pipeline_encoder_balance pipeline_encoder_devices "
            + "pipeline_decoder_balance pipeline_decoder_devices pipeline_checkpoint zero_sharding fp16 memory_efficient_fp16 tpu "
            + "no_reshard_after_forward fp32_reduce_scatter cpu_offload use_sharded_state not_fsdp_flatten_parameters"),
        .. Of("dataset", "_name skip_invalid_size_inputs_valid_test required_seq_len_multiple dataset_impl combine_valid_subsets "
            + "ignore_unused_valid_subsets gen_subset num_shards shard_id grouped_shuffling update_epoch_batch_itr "
            + "update_ordered_indices_seed"),
        .. Of("optimization", "_name use_bmuf debug_param_names"),
        .. Of("optimizer", "use_old_adam fp16_adam_stats tpu"),
    ];

    /// <summary>Dotted keys of the other groups.</summary>
    public static IReadOnlySet<string> Keys => Known;

    private static IEnumerable<string> Of(string group, string keys) => keys.Split(' ').Select(k => $"{group}.{k}");
}
