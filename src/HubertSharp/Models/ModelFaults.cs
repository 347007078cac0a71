using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Models;

internal static class ModelFaults
{
    public static UserException AllMasked(int frames, int spanLength, int spans) =>
        UserException.Create(
            $"a clip of {Counted.Of(frames, "frame")} is too short to hide {Counted.Of(spans, "span")} of "
            + $"{Counted.Of(spanLength, "frame")}",
            "model.mask_length", next: "raise task.min_sample_size or lower model.mask_length");

    public static UserException MaskTooLong(string manifest, long samples, int frames, int spanLength, int spans, int leastSamples) =>
        UserException.Create($"the shortest clip has no room for a mask of {Counted.Of(spans, "span")}", manifest,
            $"more than model.mask_length={spanLength} and {spans}, {spanLength + spans + 1} frames",
            $"{Counted.Of(frames, "frame")}, {Counted.Of(samples, "sample")}",
            leastSamples > 0 ? $"set task.min_sample_size={leastSamples}, or lower model.mask_length"
                : "lower model.mask_length or model.mask_prob");

    public static UserException MaskSelection(string found) =>
        UserException.Create("unknown kind of spans", "model.mask_selection", "static, uniform, normal or poisson", $"'{found}'");

    public static UserException Unsupported(string key, string expected, string found) =>
        UserException.Create("this option is not available", key, expected, found, "change the key, or train such a model with fairseq");

    public static UserException WidthsDoNotFit(string key, string expected, string found) =>
        UserException.Create("the widths do not fit", key, expected, found, "change one of the two");

    public static UserException NotACheckpoint(string path, string missing) =>
        UserException.Create($"not a checkpoint folder: no {missing}", path,
            next: $"give a folder like RUN/{RunFolder.CheckpointsName}/{CheckpointFiles.NameOf(10_000)}");

    public static UserException OtherRate(string path, string found) =>
        UserException.Create("the model was trained at another sampling rate", path, $"{SamplingRate.Hz} Hz", PrintableText.Of(found),
            $"audio is brought to {SamplingRate.Hz} Hz here, which such a model would hear at the wrong speed: "
                + "take a model that was trained at it");

    public static UserException BadDescription(string path, string why) =>
        UserException.Create($"damaged model description: {why}", path, next: "copy the checkpoint anew");

    public static UserException NoDeviation() =>
        UserException.Create("the model cannot normalise its log-mel energies", HubertBuffers.MelDeviation, "numbers above 0",
            "others among them", "the checkpoint is damaged: copy it anew");

    public static UserException TooShort(int samples) =>
        UserException.Create($"{Counted.Of(samples, "sample")} make no frame", next: "leave out clips shorter than task.min_sample_size");

    public static UserException LabelOutOfRange(int set, long found, int classes) =>
        UserException.Create($"label id out of range in label set {set}", "task.labels", $"0 to {classes - 1}", found.ToString(),
            "check the dictionary with 'hubert labels check'");
}
