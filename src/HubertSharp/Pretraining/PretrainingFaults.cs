using System.Globalization;
using HubertSharp.Runs;

namespace HubertSharp.Pretraining;

internal static class PretrainingFaults
{
    public static UserException LineCount(string labels, int expected, int found, string manifest) =>
        UserException.Create(
            "as many lines of labels as utterances are needed", labels, $"{Counted.Of(expected, "line")} as in {manifest}", $"{found}",
            "label the manifest anew with 'hubert kmeans apply'");

    public static UserException NoLabelsInCrop(string path) =>
        UserException.Create("no labels for a crop of this utterance", path, next: "run 'hubert labels check'");

    public static UserException TwoStartingPoints(string other) =>
        UserException.Create("two starting points", "checkpoint.finetune_from_model", found: other,
            next: "finetune_from_model takes the weights alone and resets the rest; give one of the two");

    public static UserException OtherArchitecture(string path, string expected, string found) =>
        UserException.Create("the model to start from has another architecture", path, expected, found,
            "set those keys as the model has them");

    public static UserException AlreadyThere(string path, long update, long lastUpdate) =>
        UserException.Create($"nothing is left to train: the checkpoint is at update {update}", path,
            $"optimization.max_update above {update}", $"{lastUpdate}",
            "raise optimization.max_update, or start at update 0 with checkpoint.finetune_from_model");

    public static UserException NoBatchSize() =>
        UserException.Create("the configuration does not say how large a batch is", expected: "dataset.max_tokens or dataset.batch_size",
            found: "neither", next: "add dataset.max_tokens=1400000, for example");

    public static UserException NoFrame(double seconds) =>
        UserException.Create(string.Create(CultureInfo.InvariantCulture, $"an utterance of {seconds:0.###} s is too short for one frame"),
            next: "give a larger --utterance-seconds or task.max_sample_size");

    public static UserException UtteranceAboveBatch(double seconds, int samples, int tokens) =>
        UserException.Create(string.Create(CultureInfo.InvariantCulture, $"an utterance of {seconds:0.###} s does not fit into a batch"),
            expected: $"dataset.max_tokens of at least {samples}", found: $"{tokens}",
            next: "give a larger dataset.max_tokens or a smaller --utterance-seconds");
}
