using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor;

internal static class DoctorFaults
{
    private const string Known = "a training log of HubertSharp, fairseq, ESPnet, icefall, torchaudio, transformers, SpeechBrain or WeNet, "
        + "a TensorBoard folder, a CSV of updates and losses, or text with a step and a loss in each line";

    public static UserException Missing(string path) => ReadFaults.Missing(path);

    public static UserException Unreadable(string path, Exception cause) =>
        UserException.Create("cannot read", path, found: cause.Message, next: "check the path and its permissions", cause: cause);

    public static UserException NoMetrics(string path) =>
        UserException.Create("no training metrics in it", path, Known, "no line with updates and a loss",
            "name the log of the training itself; with fairseq set common.log_format=json");

    public static UserException NoLossColumn(string path, IReadOnlyList<string> columns) =>
        UserException.Create("which column is the loss?", path, "a column called loss, or 'NAME - loss' for each of several runs",
            Listed(columns), "rename the columns that hold a loss");

    public static UserException NoStepColumn(string path, IReadOnlyList<string> columns) =>
        UserException.Create("which column counts the updates?", path, "a column called step (or epoch) beside the loss", Listed(columns),
            "rename the column of updates, or export the table with one");

    public static UserException SeveralRuns(string path, IReadOnlyList<string> runs) =>
        UserException.Create("several runs in it", path, "one run", Listed(runs), "name one of them, or put each into a file of its own");

    public static UserException TooManyRuns(string path, int most) =>
        UserException.Create("too many runs in the folder", path, $"at most {most}", "more", "name some of the runs in it");

    public static UserException OnlyBroken(string path, int lines) =>
        UserException.Create("no whole line of metrics in it", path, "lines of JSON that end with a brace", $"{lines} cut lines",
            "fetch the log again");

    public static UserException NoLog(string path) =>
        UserException.Create("no log in the folder", path,
            $"{RunFolder.MetricsName}, hydra_train.log, train.log, metrics.csv, log-train-* or TensorBoard events", "none",
            "name the log file itself");

    public static UserException Binary(string path) =>
        UserException.Create("not a text log", path, Known, "binary data", "name the log, not a checkpoint or an archive");

    public static UserException NoEvents(string path) =>
        UserException.Create("not a TensorBoard event file", path, "records with checksums",
            "a checksum that does not fit at the first record", "copy the file again");

    public static UserException BadReference(string path, int line, string expected, string found) =>
        UserException.Create("not a row of reference figures", $"{path}:{line}", expected, found, "see docs/loss.md for the columns");

    public static UserException NoReference(string path) =>
        UserException.Create("cannot serve as a reference", path, "a run of masked prediction with a known number of clusters",
            "another objective, or no clusters", "name its run folder, or put its figures into a table");

    public static UserException OtherClusters(string log, string record, int recorded, int given) =>
        UserException.Create("the run itself says another number of clusters", $"--clusters, {log}", $"{recorded}, as {record} has it",
            $"{given}", "leave --clusters out");

    public static UserException OtherLabels(string labels, string log, string record, string recorded, string given) =>
        UserException.Create("not the labels that the run was trained on", $"--labels {labels}, {log}", $"{recorded}, as {record} has it",
            given, "leave --labels out; the run has recorded its own");

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(8).Select(n => $"'{PrintableText.Of(n)}'")) + (names.Count > 8 ? $" and {names.Count - 8} more" : "");
}
