using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Clustering;

internal static class ClusteringFaults
{
    public static UserException Option(string name, double least, double most, double found, bool above) =>
        UserException.Create("bad value", name, $"{(above ? "above" : "at least")} {least} and at most {most}", $"{found}");

    public static UserException TooFewFrames(string where, long frames, int clusters) =>
        UserException.Create("fewer frames than clusters", where, $"at least {Counted.Of(clusters, "frame")}", $"{frames}",
            "ask for fewer clusters with --clusters, or give more audio");

    public static UserException TooManyFrames(long most, long found) =>
        UserException.Create("too many frames for one label file", null, $"at most {most}", $"{found}", "label the shards one by one");

    public static UserException NotFinite(string where, float value) =>
        UserException.Create("a feature is not a finite number", where, "numbers", $"{value}",
            "dump the features anew with 'hubert features'");

    public static UserException OtherDimensions(string model, int expected, string features, int found) =>
        UserException.Create("the model was fitted on features of another size", model, $"{Counted.Of(expected, "dimension")}",
            $"{found} in {features}",
            "fit a model on these features, or dump those that it was fitted on");

    public static UserException OtherFeatures(string model, string expected, string features, string found) =>
        UserException.Create("the model was fitted on other features", model, expected, $"{found} in {features}",
            "fit a model on these features, or dump those that it was fitted on");

    public static UserException OtherEnding(string path, string format, string better) =>
        UserException.Create("a k-means model is written as safetensors", path, "a name that ends in .safetensors",
            $"the ending of {format}", $"give --out {better}");

    public static UserException MissingModel(string path) =>
        ReadFaults.Missing(path, "k-means model", next: "fit one with 'hubert kmeans fit'");

    public static UserException OtherFaissIndex(string path, string kind) =>
        UserException.Create("this is a faiss index that is more than a list of centroids", path,
            "a flat one (faiss.IndexFlatL2 or IndexFlatIP)", PrintableText.Of(kind),
            "save its centroids with numpy and give km.npy: numpy.save('km.npy', index.reconstruct_n()), of inverted lists those of "
            + "faiss.extract_index_ivf(index).quantizer");

    public static UserException DamagedFaissIndex(string path, string expected, string found) =>
        UserException.Create("damaged faiss index", path, expected, found, "copy or write the file anew");

    public static UserException FaissInnerProduct(string path, double shortest, double longest) =>
        UserException.Create(
            "this faiss index takes the largest inner product, which is not the nearest centroid where their lengths differ",
            path, "centroids of one length", $"lengths from {shortest:g4} to {longest:g4}", "cluster with faiss.IndexFlatL2");

    public static UserException NotAModel(string path, string expected, string found) =>
        UserException.Create("not a k-means model", path, expected, found, "fit one with 'hubert kmeans fit'");
}
