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
