using HubertSharp.Runs;

namespace HubertSharp.Probing;

internal static class ProbingFaults
{
    private const int Shown = 5;

    public static UserException InTwoSplits(string recording, string first, string second) =>
        UserException.Create("a recording is in two splits", second, $"recordings that {first} does not have",
            PrintableText.Of(recording), "score what the head has not learnt from: give manifests that share no recording");

    public static UserException NothingLabelled(string manifest, string labels) =>
        UserException.Create("no recording of the manifest has a label", manifest, $"utterances of {labels}", "none",
            "give the labels that belong to these recordings");

    public static UserException LabelFiles(int files, int manifests) =>
        UserException.Create("--labels does not go with the manifests", expected: $"one file, or {manifests}", found: $"{files}",
            next: "give one for each of --manifest, --valid and --test in that order, or one that names the utterances of all");

    public static UserException NoLabel(string where, string utterance) =>
        UserException.Create($"{PrintableText.Of(utterance)} has no label", where, "one at least", "none",
            "label it, or leave it out of the manifest");

    public static UserException SeveralLabels(string where, string utterance, IReadOnlyList<string> labels) =>
        UserException.Create($"{PrintableText.Of(utterance)} has several labels", where, "one class for the whole utterance",
            Names(labels), "give one label per utterance, or ask for its parts with --task phone or --task ctc-phone");

    public static UserException NoSpeaker(string where, string utterance) =>
        UserException.Create($"nobody says who speaks in {PrintableText.Of(utterance)}", where, "a speaker in the second column", "none",
            "give --labels with a file of lines 'name speaker'");

    public static UserException OneClass(string manifest, IReadOnlyList<string> classes) =>
        UserException.Create("one class alone cannot be told from others", manifest, "two classes at least", Names(classes),
            "train on more recordings, or check the labels");

    public static UserException Unseen(string where, IReadOnlyList<string> labels) =>
        UserException.Create($"{Counted.Of(labels.Count, "label")} that training never has", where, "labels of --manifest", Names(labels),
            "train on recordings that have them, or count them as errors with --count-unseen");

    public static UserException FrameCount(string where, string utterance, string features, int expected, int found) =>
        UserException.Create($"another number of labels than frames of {features} in {PrintableText.Of(utterance)}", where,
            $"{expected}", $"{found}", "give an alignment with times (docs/evaluation.md), which fits any rate");

    public static UserException NoFrame(string manifest, string utterance, string features) =>
        UserException.Create($"{PrintableText.Of(utterance)} is too short for a frame of {features}", manifest,
            next: "leave it out of the manifest");

    public static UserException TooManyLabels(string manifest, string utterance, string features, int frames, int needed) =>
        UserException.Create($"{PrintableText.Of(utterance)} has fewer frames of {features} than CTC needs for its labels", manifest,
            $"{needed} or more", $"{frames}", "check its labels, or leave it out of the manifest");

    public static UserException NothingToChooseOn() =>
        UserException.Create("several learning rates and nothing to choose one on", "--lr", "--valid with a manifest", "none",
            "give --valid, or one learning rate");

    private static string Names(IReadOnlyList<string> labels) =>
        string.Join(", ", labels.Take(Shown).Select(l => $"'{PrintableText.Of(l, 40)}'"))
        + (labels.Count > Shown ? ", ..." : labels.Count == 0 ? "none" : "");
}
