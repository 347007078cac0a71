using System.Globalization;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Abx;

internal static class AbxFaults
{
    private const string Shape = "docs/evaluation.md shows the format";

    public static UserException Header(string path, string header, string found) =>
        UserException.Create("no header of an item file", $"{path}:1", $"'{header}'", $"'{PrintableText.Of(found, 60)}'", Shape);

    public static UserException Columns(string path, int line, string header, int found) =>
        UserException.Create("malformed item", $"{path}:{line}", header, Counted.Of(found, "column"), Shape);

    public static UserException Times(string path, int line, string onset, string offset) =>
        UserException.Create("bad times of an item", $"{path}:{line}", "an onset of 0 or more and an offset behind it, in seconds",
            $"{PrintableText.Of(onset, 40)} to {PrintableText.Of(offset, 40)}", "make the items anew");

    public static UserException NoItems(string path, string header) =>
        UserException.Create("no items", path, $"'{header}' and one item per line", "no item", Shape);

    public static UserException Blank(string name, string file) =>
        UserException.Create("a name that cannot stand in an item file", file, "a name without blanks",
            $"'{PrintableText.Of(name, 60)}'", "rename it");

    public static UserException NothingToMake(string reference, ItemContext context) =>
        UserException.Create("no items in this alignment", reference,
            context == ItemContext.None ? "one segment at least" : "three segments side by side", "none",
            context == ItemContext.None ? "make the alignment anew" : "give --context none");

    public static UserException NoFolder(string folder) =>
        UserException.Create(File.Exists(folder) ? "this is a file, not a folder" : "no such folder", folder,
            "a folder with one .npy of each utterance, or a dump of 'hubert features'", next: "check the path");

    public static UserException NoFeatures(string folder) =>
        UserException.Create("no features in this folder", folder, "one .npy per utterance, or a feature dump with its --manifest",
            "no .npy", "check the path");

    public static UserException MissingUtterances(string items, int line, string name, string folder, int missing, int files) =>
        UserException.Create($"no features of '{PrintableText.Of(name, 60)}'", $"{items}:{line}",
            $"features of every utterance in {folder}", $"{missing} of {Counted.Of(files, "utterance")} without",
            "dump features of all utterances, or give a dump's --manifest");

    public static UserException NoRate(string folder) =>
        UserException.Create("the feature rate is not known", folder, "--feature-rate, frames per second",
            next: "give --feature-rate 50 for HuBERT, 100 for MFCC");

    public static UserException OtherRate(string folder, double described, double given) =>
        UserException.Create("features at another rate than given", folder, Rate(given), Rate(described),
            "leave --feature-rate out: the dump says its rate");

    public static UserException Beyond(string items, AbxItem item, double rate, string features, double endSeconds) =>
        UserException.Create("an item ends behind its features", item.Line > 0 ? $"{items}:{item.Line}" : $"{items}: {item.File}",
            string.Create(CultureInfo.InvariantCulture,
                $"at most {endSeconds:0.###} s, the end of {features} at {rate:0.##} frames per second"),
            string.Create(CultureInfo.InvariantCulture, $"{item.OffsetSeconds:0.###} s"),
            "check --feature-rate, and that both are of one corpus");

    public static UserException NotFinite(string place, int frame) =>
        UserException.Create("features that are not finite", $"{place}, frame {frame}", next: "dump the features anew");

    public static UserException OtherDimensions(string place, int expected, int found) =>
        UserException.Create("utterances of different width", place, Counted.Of(expected, "dimension"), $"{found}",
            "dump all features with one model and layer");

    public static UserException TooShort(string items, int count, double rate) =>
        UserException.Create("no item holds a frame", items, $"items longer than a frame at {Rate(rate)}",
            $"{Counted.Of(count, "item")}, all shorter", "check --feature-rate");

    public static UserException NothingWithin(string items) =>
        UserException.Create("no ABX within speakers", items,
            "a speaker with two items of one phone and one of another in the same context", "none",
            "make items with 'hubert abx items --context none'");

    public static UserException NothingAcross(string items, int speakers) =>
        UserException.Create("no ABX across speakers", items,
            "two speakers with the same phone in the same context, one of whom has another phone in it too",
            speakers == 1 ? "one speaker alone" : $"{Counted.Of(speakers, "speaker")}, none such",
            speakers == 1 ? "give --mode within" : "give --mode within, or make items with 'hubert abx items --context none'");

    public static UserException TooManyCells() =>
        UserException.Create("more ABX cells than can be counted",
            next: "give smaller --max-size-group and --max-x-across, or fewer items");

    public static UserException TooManyFrames(string features, double gibibytes, double available) =>
        UserException.Create("the items' frames do not fit into memory", features,
            string.Create(CultureInfo.InvariantCulture, $"at most {available:0.0} GiB"),
            string.Create(CultureInfo.InvariantCulture, $"{gibibytes:0.0} GiB"), "give a smaller --max-size-group, or fewer items");

    public static UserException OutOfRange(string option, string expected, double found) =>
        UserException.Create($"{option} is out of range", expected: expected,
            found: found.ToString(CultureInfo.InvariantCulture));

    private static string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0.##} frames per second");
}
