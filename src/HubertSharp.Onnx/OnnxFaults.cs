using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Onnx;

internal static class OnnxFaults
{
    public static UserException Missing(string path) =>
        ReadFaults.Missing(path, expected: "the .onnx of a model", next: "make one with 'hubert convert IN OUT.onnx --to onnx'");

    public static UserException NotLoaded(string path, Exception cause) =>
        UserException.Create("ONNX Runtime cannot load it", path, found: cause.Message, next: "copy or export the file anew", cause: cause);

    public static UserException NotOurs(string path, string found) =>
        UserException.Create("an ONNX model that does not say how it is to be used", path,
            "metadata as 'hubert convert --to onnx' writes them", PrintableText.Of(found),
            "export the model with 'hubert convert IN OUT.onnx --to onnx'");

    public static UserException NotTokenizer(string path, string found) =>
        UserException.Create("an ONNX model that is not this part of a tokenizer", path,
            "encoder.onnx or decoder.onnx as 'hubert tokenizer convert --to onnx' writes them", PrintableText.Of(found),
            "export the tokenizer with 'hubert tokenizer convert IN OUT --to onnx'");

    public static UserException NoPieces(string path) =>
        UserException.Create("a tokenizer's graph that takes whole recordings only", path, "one that takes pieces", "an earlier export",
            "export the tokenizer anew with 'hubert tokenizer convert IN OUT --to onnx', or leave the chunks out");

    public static UserException OtherHalf(string folder, string what, string encoder, string decoder) =>
        UserException.Create($"encoder and decoder are of different tokenizers: {what}", folder, encoder, decoder,
            "export both together with 'hubert tokenizer convert IN OUT --to onnx'");

    public static UserException Quantizers(int first, int count, int most) =>
        UserException.Create("no such quantisers", null, $"some of 1 to {most}", $"{first} to {first + count - 1}");

    public static UserException Code(int quantizer, int frame, long code, int size) =>
        UserException.Create($"a code of quantiser {quantizer} is out of range", null, $"0 to {size - 1}", $"{code} at frame {frame}",
            "give the codes of this tokenizer");

    public static UserException Rows(int frames, int other) =>
        UserException.Create("the quantisers' rows are of different lengths", null, $"{frames} frames each", $"{other}",
            "give the codes of one recording");

    public static UserException Kind(string path, string expected, string found) =>
        UserException.Create("another kind of model", path, expected, found,
            "export that kind: --kmeans gives units, a fine-tuned model text");

    public static UserException Layer(string path, int layer, IEnumerable<int> layers) =>
        UserException.Create("the model does not give this layer", path, $"one of {string.Join(", ", layers)}", $"{layer}",
            "export it with --layers");

    public static UserException TooShort(long samples, long needed) =>
        UserException.Create("too short for a frame", null, $"at least {Counted.Of(needed, "sample")}", $"{samples}");

    public static UserException NotFinite(string path, string output, float value) =>
        UserException.Create($"the model's output '{output}' is not finite for sound that is", path, "numbers", $"{value}",
            "its weights are too large to compute with: export it anew from another checkpoint");

    public static UserException WeightNotFinite(string path, string tensor, long place, long count) =>
        UserException.Create($"tensor '{PrintableText.Of(tensor)}' of the model is not finite", path, "numbers",
            $"NaN or infinity at place {place} of {count}", "the file is damaged: export it anew from a model that 'hubert convert' reads");
}
