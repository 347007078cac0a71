using HubertSharp.Runs;

namespace HubertSharp.SpeechTokenizer;

internal static class TokenizerFaults
{
    private const string Published = "give the tokenizer as it was published, with its config.json";

    public static UserException NoModel(string path, string found) =>
        UserException.Create("no tokenizer here", path,
            $"a folder with config.json and SpeechTokenizer.pt or {TokenizerReader.SafetensorsName}, or such a file of weights", found,
            "check the path");

    public static UserException SeveralModels(string path, string first, string second) =>
        UserException.Create("several tokenizers here", path, "one file of weights", $"{PrintableText.Of(first)} and "
            + $"{PrintableText.Of(second)}", "give the file itself");

    public static UserException NoConfig(string path) =>
        UserException.Create("the settings of the tokenizer are missing", path, "the config.json that belongs to the weights", "no file",
            "copy it beside them, or name it with --config");

    public static UserException OtherModel(string path, string found) =>
        UserException.Create("not the settings of a SpeechTokenizer", path, "n_q and strides", PrintableText.Of(found), Published);

    public static UserException IsHubert(string path) =>
        UserException.Create("a HuBERT model, not a tokenizer", path, "a SpeechTokenizer", "HuBERT",
            "its features come from 'hubert features hubert'; for codes give a tokenizer");

    public static UserException NoWeights(string path) =>
        UserException.Create("no weights of a SpeechTokenizer", path, "tensors named encoder.…, quantizer.…, decoder.…", "none", Published);

    public static UserException Setting(string path, string key, string expected, string found) =>
        UserException.Create($"setting '{key}' cannot be used", path, expected, found, Published);

    /// <summary>Weights that are numbers, and too large to compute with.</summary>
    public static UserException NotFinite(string path, string what) =>
        UserException.Create($"{what} are not finite", path, "numbers", "NaN or infinity: some weights are far too large",
            "the file is damaged, or its training broke down: take an earlier checkpoint, or get the model anew");

    public static UserException Rate(string path, int heard, int found) =>
        UserException.Create("the tokenizer hears another rate", path, $"{heard} Hz", $"{found} Hz", "give one for that rate");

    public static UserException Quantizers(string text, int most) =>
        UserException.Create("no such quantisers", "--quantizers", $"FIRST-LAST or a number, from 1 to {most}", $"'{text}'");

    public static UserException QuantizerCount(int count, int most) =>
        UserException.Create("no such number of quantisers", "--quantizers", $"numbers from 1 to {most}", $"{count}");

    public static UserException ManyRows(string path, int first, int last, int most) =>
        UserException.Create("more quantisers than the tokenizer has", path, $"quantisers up to {most}", $"{first} to {last}",
            "give the codes of this tokenizer; an array's rows are quantisers, its columns frames");

    public static UserException NotInFile(string path, QuantizerRange wanted, QuantizerRange found) =>
        UserException.Create($"quantisers {wanted} are not in the file", path, $"a part of {found}", $"{wanted}",
            "name fewer with --quantizers");

    public static UserException Code(string path, int quantizer, long frame, long code, int size) =>
        UserException.Create($"a code of quantiser {quantizer} is out of range", path, $"0 to {size - 1}", $"{code} at frame {frame}",
            "give the codes of this tokenizer");

    public static UserException OtherCodes(string path, string what, string expected, string found) =>
        UserException.Create($"codes of another tokenizer: {what}", path, expected, found, "give the tokenizer that wrote them");

    public static UserException CodeFile(string path, string found) =>
        UserException.Create("not a file of codes", path, "what 'hubert tokenizer encode' writes (.npy, .json or .codes)", found,
            "check which file this is");

    public static UserException CodeShape(string path, string found) =>
        UserException.Create("an array of another shape", path, "whole numbers [quantisers, frames], at least one of each", found,
            "transpose it, or take one recording of a batch");

    public static UserException NoCodes(string folder) =>
        UserException.Create("no codes in this folder", folder, "files that end in .npy, .json or .codes", "none", "check the path");

    public static UserException AlreadyThere(string path) =>
        UserException.Create("there is something already", path, next: "choose another folder, or replace it with --force");

    public static UserException MeasureNotStarted(string name, string program, Exception cause) =>
        UserException.Create($"the program of --measure {name} cannot be started", PrintableText.Of(program),
            "a program that takes two WAV files and prints a number", next: "check the path, and that it may be executed", cause: cause);

    public static UserException MeasureFailed(string name, string program, string recording, string found) =>
        UserException.Create($"the program of --measure {name} gave no number for {PrintableText.Of(recording)}", PrintableText.Of(program),
            "a number as its first line, and exit code 0", PrintableText.Of(found), "run it yourself on two WAV files");

    public static UserException SeveralOfOneName(string name) =>
        UserException.Create("several recordings of one name", null, "one file each", PrintableText.Of(name),
            "give them one by one, with folders of their own for --out");

    public static UserException VoiceNeedsTwo(QuantizerRange found) =>
        UserException.Create("a voice cannot be changed", "--voice", "quantisers 1 to 2 or more", $"{found}",
            "the first carries what is said, the others the voice: name them all with --quantizers");
}
