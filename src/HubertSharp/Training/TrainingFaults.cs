using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Training;

internal static class TrainingFaults
{
    public static UserException NoEnd() =>
        UserException.Create("training would never end", "optimization.max_update", "a number above 0, or optimization.max_epoch", "0",
            "set optimization.max_update=N");

    public static UserException NothingKept(string manifest, int? minSampleSize, long longest) =>
        UserException.Create("every utterance is outside task.min_sample_size and task.max_keep_size", manifest,
            $"utterances of {minSampleSize ?? 0} samples or more, within task.max_keep_size", $"at most {longest}",
            longest < (minSampleSize ?? 0) ? "lower task.min_sample_size" : "raise task.max_keep_size");

    public static UserException NoLanguages(string manifest) =>
        UserException.Create("no utterance has a language to balance", manifest, "a third column with the language",
            next: "write the manifest with 'hubert manifest --language', or leave dataset.language_temperature at 1");

    /// <summary>With padding an utterance counts whole, however little of it is heard: only leaving it out makes it shorter.</summary>
    public static UserException UtteranceAboveMaxTokens(long longest, long maxTokens, bool padAudio) =>
        UserException.Create("an utterance does not fit into a batch", "dataset.max_tokens", $"{longest} or more", $"{maxTokens}",
            padAudio
                ? $"raise dataset.max_tokens, cut long recordings into utterances, or leave them out with task.max_keep_size={maxTokens} "
                    + "(with task.pad_audio they count whole)"
                : "raise dataset.max_tokens or lower task.max_sample_size");

    public static UserException SampleCount(string path, long expected, long found) =>
        UserException.Create($"the audio is not as long as its manifest says{ManifestLengths.Cause(expected, found)}", path,
            Counted.Of(expected, "sample"), $"{found}", "write the manifest anew with 'hubert manifest'");

    /// <param name="runFolder">The run.</param>
    /// <param name="expected">What its checkpoints were made with.</param>
    /// <param name="found">What is given now.</param>
    /// <param name="isOfAll">Whether a number of micro-batches is among it that counts those of all processes.</param>
    public static UserException ChangedConfiguration(string runFolder, string expected, string found, bool isOfAll = false) =>
        UserException.Create("the configuration is not that of this run's checkpoints", runFolder, expected, found,
            "restore it, or choose another run folder to start anew"
                + (isOfAll ? "; optimization.update_freq stands here for the micro-batches of all processes together" : ""));

    public static UserException ChangedData(string runFolder, string expected, string found) =>
        UserException.Create("the data are not those of this run's checkpoints", runFolder, expected, found,
            "restore them, or choose another run folder to start anew");

    public static UserException NoCheckpointFolder(string path, string found) =>
        UserException.Create("the folder of the checkpoints cannot be read", path, "a folder", found,
            "restore it (is its disk mounted?), or move it away to begin at update 0");

    public static UserException NoSuchMetric(string name, IEnumerable<string> known) =>
        UserException.Create("no such metric", "checkpoint.best_checkpoint_metric", $"one of {string.Join(", ", known)}", name,
            "choose one of those");

    public static UserException NoCuda() =>
        UserException.Create("no CUDA device can be used", "common.device", "a GPU and the CUDA build of libtorch", "neither or only one",
            "build with -p:LibTorchPackage=libtorch-cuda-12.8-linux-x64, or set common.device=cpu");

    public static UserException NotFinite(int times, long update, string utterances) =>
        UserException.Create($"loss or gradients were not finite in {Counted.Of(times, "update")} running", $"update {update}",
            found: $"NaN or infinity {utterances}",
            next: "lower optimization.lr, or check those recordings; optimization.max_skipped_updates allows more");

    public static UserException WeightsNotFinite(long update) =>
        UserException.Create("weights are not finite", $"update {update}", "numbers", "NaN or infinity",
            "lower optimization.lr or optimization.clip_norm; the same command goes on from the last checkpoint, whose weights are finite");

    public static UserException LossScaleAtMinimum(long update, double scale) =>
        UserException.Create("the loss scale fell to common.min_loss_scale, the loss explodes", $"update {update}",
            found: $"overflow at loss scale {scale:R}",
            next: "lower optimization.lr or optimization.clip_norm, or set common.bf16=true common.fp16=false");

    public static UserException NoScaleWindow() =>
        UserException.Create("no window of the loss scale for several values of optimization.update_freq", "common.fp16_scale_window",
            "a number of updates", "null",
            "set common.fp16_scale_window=N");
}
