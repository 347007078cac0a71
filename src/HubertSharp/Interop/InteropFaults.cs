using HubertSharp.Runs;

namespace HubertSharp.Interop;

internal static class InteropFaults
{
    public static UserException TooDeep(string path) =>
        UserException.Create("its settings are nested beyond all use", path,
            next: "the file is damaged or crafted; get it from where it was published");

    public static UserException NoModel(string path, string found) =>
        UserException.Create("no model here", path,
            "a checkpoint folder or run folder of 'hubert pretrain', a fairseq .pt, or a Hugging Face folder with config.json", found,
            "check the path");

    public static UserException IsOnnx(string path) =>
        UserException.Create("an ONNX file, from which no weights are read back", path, "the model that it was exported from", "its export",
            "give that model, or run the export: 'hubert onnx MODEL', 'hubert transcribe --onnx MODEL'");

    public static UserException IsTokenizer(string path) =>
        UserException.Create("a SpeechTokenizer, not a HuBERT model", path, "HuBERT", "a tokenizer",
            "it is used by 'hubert tokenizer'; for features give a HuBERT model");

    public static UserException NoSettings(string path) =>
        UserException.Create(
            "a checkpoint without its settings", path, "'cfg' or 'args' as fairseq saves them, or config.json beside it", "neither",
            "give the checkpoint as it was published");

    public static UserException NoPretrained(string path, string name) =>
        UserException.Create("a fine-tuned checkpoint without the settings of the model that it was made from", path,
            $"'w2v_args' in it, or {PrintableText.Of(name)} beside it", "neither", "copy that file into its folder");

    public static UserException NoSuchModel(string path, string program, string without) =>
        UserException.Create($"{program} has no HuBERT without {without}", path, next: "convert to 'huggingface', 'native' or 'onnx'");

    public static UserException NoSuchKey(string path, string program, string key, string value, string formats) =>
        UserException.Create($"{program} has no HuBERT with model.{key}={value}", path, next: $"convert to {formats}");

    public static UserException OtherModel(string path, string found) =>
        UserException.Create("another kind of model", path, "hubert or hubert_ctc", PrintableText.Of(found), "only HuBERT is read here");

    public static UserException Setting(string path, string key, string expected, string found) =>
        UserException.Create($"setting '{key}' cannot be used", path, expected, PrintableText.Of(found),
            "the checkpoint is damaged, or of a model that is not available here");

    public static UserException NoWeights(string path) =>
        UserException.Create("a checkpoint without weights", path, "tensors under 'model'", "none",
            "give the checkpoint as it was published");

    public static UserException CtcLayout(string path, string why) =>
        UserException.Create($"its CTC output layer cannot be used: {why}", path, next: "give the checkpoint as it was published");

    public static UserException NotFloating(string path, string name, string dtype) =>
        UserException.Create($"tensor '{name}' holds no floating-point numbers", path, "F64, F32, F16 or BF16", dtype,
            "the file belongs to another kind of model");

    public static UserException Json(string path, string found) =>
        UserException.Create("not the JSON that transformers writes", path, found: PrintableText.Of(found),
            next: "copy or write the file anew");

    public static UserException Symbol(string path, string symbol) =>
        UserException.Create(
            $"the label '{PrintableText.Of(symbol)}' has no place in a dictionary of fairseq, where spaces part columns", path,
            next: "convert to another form, or rename the label");

    public static UserException OtherDictionary(string path) =>
        UserException.Create("a dictionary of another model is here", path,
            next: "write the .pt into a folder of its own, or replace it with --force");

    public static UserException AlreadyThere(string path) =>
        UserException.Create("there is something already", path, next: "choose another place, or replace it with --force");

    public static UserException IsTraining(string path) =>
        UserException.Create("a training lies here, which goes on from these files", path, next: "choose another place for the model");

    public static UserException IsHere(string path) =>
        UserException.Create("the current folder lies there and would be replaced", path,
            next: "go up ('cd ..') and name the folder from there");

    public static UserException CannotKeep(string path, string entry) =>
        UserException.Create("the folder holds something that cannot be kept at its place", path,
            "files that can have a second name (a hard link)",
            PrintableText.Of(entry), "move it away, or choose another place for the model");

    public static UserException CannotRename(string path, Exception cause) =>
        UserException.Create("the folder cannot be replaced as a whole", path, found: cause.Message,
            next: "it may be a mount point: give a folder inside it, or an empty one elsewhere", cause: cause);

    public static UserException NotEquivalent(string path, ConversionReport report)
    {
        var worst = report.Outputs.FirstOrDefault(o => double.IsNaN(report.ErrorOf(o))) ?? report.Outputs.MaxBy(report.ErrorOf)!;
        return UserException.Create(
            $"the converted model is not equivalent, so it is not kept: "
            + $"{worst.Name} differs by {report.ErrorOf(worst):g3}{(report.IsRelative ? " relative" : "")}", path,
            $"at most {report.Tolerance:g3}",
            $"{report.Outputs.Count(o => !(report.ErrorOf(o) <= report.Tolerance))} of {report.Outputs.Count} outputs above it",
            "raise --tolerance if that will do");
    }

    public static UserException OtherCodes(string path, int other, int all) =>
        UserException.Create("the exported tokenizer gives other codes", path, "the same but for ties", $"{other} of {all} are others",
            "keep the tokenizer as it is, and report this");

    public static UserException OtherWaveform(string path, double difference, double tolerance) =>
        UserException.Create("the exported tokenizer gives another waveform", path, $"a difference of at most {tolerance:0.0e+0}",
            $"{difference:0.0e+0}", "keep the tokenizer as it is, and report this");
}
