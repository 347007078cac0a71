using HubertSharp.Runs;

namespace HubertSharp.Features.Hubert;

internal static class HubertFeatureFaults
{
    public static UserException NoSuchLayer(string model, int layer, int layers) =>
        UserException.Create("the model has no such layer", model, $"--layer 1 to {layers}", $"{layer}", "layers are counted from 1");

    public static UserException UnitsLayer(string kmeans) =>
        UserException.Create("one layer has units, and the k-means model does not say which", kmeans, "--layer N",
            next: "name the layer that it was fitted on");

    public static UserException UnitsOfAcoustic(string kmeans, string features, string model) =>
        UserException.Create("a model has units of one of its layers only", kmeans, "a k-means model of a layer's features", features,
            $"fit one on them: 'hubert features hubert --model {model} --layer N', then 'hubert kmeans fit'");

    public static UserException Chunk(double seconds) =>
        UserException.Create("bad value", "--chunk-seconds", "long enough for a frame and less than a day", $"{seconds}");
}
