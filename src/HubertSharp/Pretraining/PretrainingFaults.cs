using HubertSharp.Runs;

namespace HubertSharp.Pretraining;

internal static class PretrainingFaults
{
    public static UserException LineCount(string labels, int expected, int found, string manifest) =>
        UserException.Create("as many lines of labels as utterances are needed", labels, $"{expected} lines as in {manifest}", $"{found}",
            "label the manifest anew with 'hubert kmeans apply'");

    public static UserException NothingKept(string manifest, int? minSampleSize, long longest) =>
        UserException.Create("every utterance is outside task.min_sample_size and task.max_keep_size", manifest,
            $"utterances of {minSampleSize ?? 0} samples or more", $"at most {longest}", "lower task.min_sample_size");

    public static UserException UtteranceAboveMaxTokens(long longest, long maxTokens) =>
        UserException.Create("an utterance does not fit into a batch", "dataset.max_tokens", $"{longest} or more", $"{maxTokens}",
            "raise dataset.max_tokens or lower task.max_sample_size");

    public static UserException SampleCount(string path, long expected, long found) =>
        UserException.Create("the audio is not as long as its manifest says", path, $"{expected} samples", $"{found}",
            "write the manifest anew with 'hubert manifest'");

    public static UserException NoLabelsInCrop(string path) =>
        UserException.Create("no labels for a crop of this utterance", path, next: "run 'hubert labels check'");

    public static UserException NoEnd() =>
        UserException.Create("training would never end", "optimization.max_update", "a number above 0, or optimization.max_epoch", "0",
            "set optimization.max_update=N");

    public static UserException ChangedConfiguration(string runFolder, string expected, string found) =>
        UserException.Create("the configuration is not that of this run's checkpoints", runFolder, expected, found,
            "restore it, or choose another run folder to start anew");

    public static UserException ChangedData(string runFolder, string expected, string found) =>
        UserException.Create("the data are not those of this run's checkpoints", runFolder, expected, found,
            "restore them, or choose another run folder to start anew");

    public static UserException CannotSave(string path, string? newest, UserException cause) =>
        UserException.Create("the checkpoint was not written", path, found: cause.Message,
            next: newest is null ? "there is no checkpoint yet" : $"{newest} is whole, and the same command goes on from it", cause: cause);

    public static UserException NotTidied(string checkpoint, UserException cause) =>
        UserException.Create("the checkpoint is whole, but the links to it were not set or older ones not removed", checkpoint, found: cause.Message,
            next: "the same command goes on from it", cause: cause);

    public static UserException OtherFormat(string path, int expected, int found) =>
        UserException.Create("another version of this program wrote this checkpoint", path, $"format {expected}", $"{found}",
            "go on with that version, or choose another run folder to start anew");

    public static UserException DamagedCheckpoint(string path, string found) =>
        UserException.Create("damaged checkpoint", path, found: found);

    public static UserException NoUsableCheckpoint(string folder, string lastFault) =>
        UserException.Create("no checkpoint can be read", folder, found: lastFault, next: "restore one from a backup, or move the folder away to start anew");

    public static UserException NoSuchMetric(string name, IEnumerable<string> known) =>
        UserException.Create("no such metric", "checkpoint.best_checkpoint_metric", $"one of {string.Join(", ", known)}", name, "choose one of those");

    public static UserException NoCuda() =>
        UserException.Create("no CUDA device can be used", "common.device", "a GPU and the CUDA build of libtorch", "neither or only one",
            "build with -p:LibTorchPackage=libtorch-cuda-12.8-linux-x64, or set common.device=cpu");

    public static UserException NoOptimizerState(string folder) =>
        UserException.Create("this checkpoint was written without optimizer state, training cannot go on from it", folder,
            next: "set checkpoint.no_save_optimizer_state=false, and start anew in another checkpoint.save_dir");

    public static UserException OtherShape(string path, string tensor, IReadOnlyList<long> expected, IReadOnlyList<long> found) =>
        UserException.Create($"tensor {tensor} has another shape", path, $"[{string.Join(", ", expected)}]", $"[{string.Join(", ", found)}]",
            "use the checkpoint of the same configuration");

    public static UserException NotFinite(int times, long update, string utterances) =>
        UserException.Create($"loss or gradients were not finite in {times} updates running", $"update {update}", found: $"NaN or infinity {utterances}",
            next: "lower optimization.lr, or check those recordings; optimization.max_skipped_updates allows more");

    public static UserException WeightsNotFinite(long update) =>
        UserException.Create("weights are not finite", $"update {update}", "numbers", "NaN or infinity",
            "lower optimization.lr or optimization.clip_norm; the same command goes on from the last checkpoint, whose weights are finite");

    public static UserException LossScaleAtMinimum(long update, double scale) =>
        UserException.Create("the loss scale fell to common.min_loss_scale, the loss explodes", $"update {update}", found: $"overflow at loss scale {scale:R}",
            next: "lower optimization.lr or optimization.clip_norm, or set common.bf16=true common.fp16=false");

    public static UserException NoScaleWindow() =>
        UserException.Create("no window of the loss scale for several values of optimization.update_freq", "common.fp16_scale_window", "a number of updates", "null",
            "set common.fp16_scale_window=N");

    public static UserException TwoStartingPoints(string other) =>
        UserException.Create("two starting points", "checkpoint.finetune_from_model", found: other, next: "finetune_from_model takes the weights alone and resets the rest; give one of the two");

    public static UserException OtherArchitecture(string path, string expected, string found) =>
        UserException.Create("the model to start from has another architecture", path, expected, found, "set those keys as the model has them");

    public static UserException AlreadyThere(string path, long update, long lastUpdate) =>
        UserException.Create($"nothing is left to train: the checkpoint is at update {update}", path, $"optimization.max_update above {update}", $"{lastUpdate}",
            "raise optimization.max_update, or start at update 0 with checkpoint.finetune_from_model");
}
