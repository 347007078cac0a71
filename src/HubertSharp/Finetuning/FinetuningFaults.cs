using System.Globalization;
using HubertSharp.Runs;

namespace HubertSharp.Finetuning;

internal static class FinetuningFaults
{
    public static UserException LineCount(string transcripts, int expected, int found, string manifest) =>
        UserException.Create("as many lines of transcripts as utterances are needed", transcripts,
            $"{Counted.Of(expected, "line")} as in {manifest}", $"{found}", "make them anew with 'hubert labels text'");

    public static UserException Empty(string transcripts, int line, int lines) =>
        UserException.Create($"{Counted.Of(lines, "transcript")} without a symbol", $"{transcripts}:{line}", "at least one symbol",
            "an empty line", "leave such utterances out of the manifest, or train on them as silence with --force-labels");

    public static UserException UnknownSymbol(
        string transcripts, int line, string symbol, long times, int others, string dictionary, string? otherCase) =>
        UserException.Create($"a symbol that the dictionary does not have, {Counted.Of(times, "time")}"
            + (others > 0 ? $", and {Counted.Of(others, "other")} such" : ""),
            $"{transcripts}:{line}", $"one of {dictionary}", $"'{PrintableText.Of(symbol)}'",
            otherCase is { } same
                ? $"the dictionary has '{PrintableText.Of(same)}': write the transcripts in its case ('hubert labels text --case')"
                : "make the dictionary anew with 'hubert labels text', or let such symbols be <unk>, as fairseq does, with --force-labels");

    public static UserException NotUtf8(string transcripts, int line) =>
        UserException.Create("not UTF-8", $"{transcripts}:{line}", "UTF-8", "other bytes",
            "write it anew: iconv -f GB18030 (or ISO-8859-1) -t UTF-8 OLD > NEW");

    public static UserException Blank(string transcripts, int line) =>
        UserException.Create("<s> is CTC's blank and cannot be spoken", $"{transcripts}:{line}", "symbols of the dictionary", "<s>",
            "take it out of the transcript");

    public static UserException TooShort(string names, int rows, int of) =>
        UserException.Create($"{rows} of {Counted.Of(of, "utterance")} have fewer frames than their transcripts need", names,
            "a frame for each symbol, and one between two that are the same", "fewer",
            "set criterion.zero_infinity=true to pass over them, leave them out, or pad with task.pad_audio=true "
            + "where batches are cropped");

    public static UserException AllTooShort(string names, int rows, bool pads) =>
        UserException.Create($"no utterance has as many frames as its transcript needs (all {rows})", names,
            "a frame for each symbol, and one between two that are the same", "fewer",
            pads ? "check that the transcripts belong to the manifest, and the model's frames per second"
                : "set task.pad_audio=true: batches are cropped to their shortest clip");

    public static UserException OtherSymbols(string model, string dictionary) =>
        UserException.Create("a model that was not fine-tuned on these symbols", model, $"those of {dictionary}", "others, or none",
            "give the labels that it was fine-tuned on");

    public static UserException OtherNormalisation(string path, bool expected) =>
        UserException.Create("the model was pre-trained with another normalisation of the audio", "task.normalize",
            $"{(expected ? "true" : "false")}, as {path}", expected ? "false" : "true",
            $"set task.normalize={(expected ? "true" : "false")}");

    public static UserException ChannelMask(int length, int width) =>
        UserException.Create("a span of masked channels is as wide as the encoder", "model.mask_channel_length",
            $"less than half of the encoder's {width}", length.ToString(CultureInfo.InvariantCulture),
            $"set model.mask_channel_length={Math.Max(1, width / 8)}, or model.mask_channel_prob=0");
}
