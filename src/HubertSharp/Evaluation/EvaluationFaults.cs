using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Evaluation;

internal static class EvaluationFaults
{
    private const string Formats = "docs/evaluation.md shows the reference formats";

    public static UserException Missing(string path) => ReadFaults.Missing(path);

    public static UserException NothingInCommon(int references, int hypotheses) =>
        UserException.Create("references and labels share no frame", expected: $"names that occur on both sides",
            found: $"{references} reference utterances, {hypotheses} labelled ones, none in common",
            next: "give the manifest that both were made from");

    public static UserException EmptyLine(string path, int line) =>
        UserException.Create("no labels on this line", $"{path}:{line}", "one label per frame", "an empty line",
            "label the utterance again with 'hubert kmeans apply'");

    public static UserException LineCount(string path, int expected, int found) =>
        UserException.Create(
            "another number of lines than the manifest has utterances", path, $"{Counted.Of(expected, "line")}", $"{found}",
            "give the manifest that the labels were made from");

    public static UserException PhoneLine(string path, int line, int columns) =>
        UserException.Create(
            "not a line of frame labels", $"{path}:{line}", "name TAB label,label,...", Counted.Of(columns, "column"), Formats);

    public static UserException AmbiguousName(string name) =>
        UserException.Create($"several utterances of the manifest are called '{name}'",
            next: "give the reference with the paths of the manifest");

    public static UserException AlignmentColumns(string path, int line, int expected, int found) =>
        UserException.Create("malformed alignment", $"{path}:{line}",
            $"{Counted.Of(expected, "column")}: name, speaker, samples, label:start:end ...", Counted.Of(found, "column"), Formats);

    public static UserException AlignmentLength(string path, int line, string found) =>
        UserException.Create("bad length in an alignment", $"{path}:{line}", "a number of samples above 0", $"'{PrintableText.Of(found)}'",
            "make the alignment anew");

    public static UserException AlignmentSegment(string path, int line, string found, string expected) =>
        UserException.Create("bad segment in an alignment", $"{path}:{line}", expected, $"'{PrintableText.Of(found)}'",
            "make the alignment anew");

    public static UserException SegmentTimes(string path, int line, string label, double start, double end) =>
        UserException.Create("bad times in an alignment", $"{path}:{line}", "a start of 0 or more and an end behind it, in seconds",
            $"{start} to {end} for '{PrintableText.Of(label)}'", "make the alignment anew");

    public static UserException SegmentOrder(string path, int line, string label, long start, long earliest) =>
        UserException.Create("segments out of order", $"{path}:{line}", $"a start at sample {earliest} or later",
            $"{start} for '{PrintableText.Of(label)}'", "sort the segments by time; two of them cannot lie one over the other");

    public static UserException TextGrid(string path, int line, string expected) =>
        UserException.Create("malformed TextGrid", $"{path}:{line}", expected, "something else or the end", "save it anew with Praat");

    public static UserException TextGridTiers(string path, IReadOnlyList<string> tiers) =>
        UserException.Create("no tier that can be chosen", path, "one tier called phones, syllables or words, or one tier in all",
            tiers.Count == 0 ? "none with intervals" : string.Join(", ", tiers.Take(10).Select(t => $"'{PrintableText.Of(t, 40)}'")),
            "rename the one to take");

    public static UserException TimedLine(string path, int line, string expected) =>
        UserException.Create("malformed alignment", $"{path}:{line}", expected, "another line", Formats);

    public static UserException NotAnAlignment(string path) =>
        UserException.Create("not an alignment", path,
            "times of each label: an alignment in samples, TextGrid, CTM, LibriSpeech's, or .PHN",
            "none of them", Formats);

    public static UserException NoAlignments(string folder, IEnumerable<string> endings) =>
        UserException.Create("no alignment in this folder", folder, $"files ending in {string.Join(", ", endings)}", "none",
            "give the folder with the alignments, or one file");

    public static UserException DigitsAlone(string path, string label) =>
        UserException.Create(
            $"label '{PrintableText.Of(label)}' is all digits, and without tone and stress digits nothing is left of it", path,
            next: "give --keep-digits");

    public static UserException DigitsTellApart(string path, IReadOnlyList<string> labels) =>
        UserException.Create("without their digits all labels are the same", path, "two different labels at least",
            $"{string.Join(", ", labels.Take(5).Select(l => $"'{PrintableText.Of(l, 40)}'"))}{(labels.Count > 5 ? ", ..." : "")}",
            "give --keep-digits");

    public static UserException ReferenceLength(string path, double labels, double reference, int utterances, string next) =>
        UserException.Create($"the reference is much {(reference < labels ? "shorter" : "longer")} than the labels", path,
            $"about {labels:0} frames for the {utterances} utterances that both have", $"{reference:0}", next);

    public static UserException OneRecording() =>
        UserException.Create("there is only one recording, which cannot be both trained and tested on", "--hold-out recording",
            next: "probe on more recordings, or give --hold-out pronunciation");

    public static UserException AlignmentEmpty(string path) =>
        UserException.Create("the alignment has no utterances", path, next: "make the alignment anew");

    public static UserException LabelRate(string path, double expected, double found) =>
        UserException.Create("labels at another rate than given", path, $"{expected:0.##} labels per second", $"{found:0.##}",
            "give the rate that they were made at with --label-rate, or the manifest that they were made from");

    public static UserException ManifestLengths(string what, string next) => UserException.Create(what, next: next);

    public static UserException LabelRateCount(int files, int rates) =>
        UserException.Create("--label-rate does not go with --labels", expected: $"one rate, or {files}", found: $"{rates}",
            next: "give one rate for all files or one for each");

    public static UserException OutOfRange(string option, string expected, double found) =>
        UserException.Create($"{option} is out of range", expected: expected, found: $"{found}");

    /// <summary>Which classes there are, so that the user sees what more is needed.</summary>
    /// <param name="needed">Training examples that a class must keep whichever fold is held out.</param>
    /// <param name="counted">What was counted: examples, classes, folds.</param>
    /// <param name="enough">Classes that keep as many: none or one.</param>
    /// <param name="fullest">The class that keeps most of those that do not, and how much it keeps; null where there is none.</param>
    public static UserException TooFewProbeExamples(int needed, string counted, int enough, string? fullest) =>
        UserException.Create("too few examples for a probe",
            expected: $"two classes with at least {Counted.Of(needed, "training example")} each whichever fold is held out",
            found: $"{(enough == 0 ? "none" : $"{enough}")} in {counted}"
                + (fullest is null ? "" : $"; the fullest {(enough == 0 ? "class" : "of the others")}, {fullest}"),
            next: "probe on more utterances, or hold out something else with --hold-out");

    public static UserException NothingToTest(int scored, int needed) =>
        UserException.Create("none of the test examples can be scored",
            expected: $"test examples of classes with at least {needed} training examples each",
            found: $"{Counted.Of(scored, "test example")}, all of other classes", next: "test on more utterances");

    public static UserException NotFinite(string features) =>
        UserException.Create("features that are not finite", features, next: "check the checkpoint with 'hubert doctor'");

    public static UserException ModelSpec(string text) =>
        UserException.Create("bad model", "--model", "PATH, PATH:LAYER or PATH:LAYER,LAYER with layers from 1", $"'{text}'");

    public static UserException OtherLength(string path, string utterance, long manifest, long tolerance, long alignment) =>
        UserException.Create($"{utterance} has another length than in the manifest", path,
            $"{Counted.Of(manifest, "sample")}, give or take {tolerance}", $"{alignment}",
            "give the alignment that belongs to these recordings");

    public static UserException NoCheckpoints(string folder) =>
        UserException.Create("no checkpoint of a training", folder, "folders such as update_000000500",
            next: "keep some with checkpoint.save_interval_updates=N (evaluation.every=N in a recipe)");

    public static UserException OneSpeaker() =>
        UserException.Create("there is only one speaker, who cannot be both trained and tested on", "--hold-out speaker",
            next: "give --hold-out recording");
}
