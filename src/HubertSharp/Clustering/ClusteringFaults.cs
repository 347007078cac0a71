using HubertSharp.Runs;

namespace HubertSharp.Clustering;

internal static class ClusteringFaults
{
    public static UserException Option(string name, double least, double most, double found, bool above) =>
        UserException.Create("bad value", name, $"{(above ? "above" : "at least")} {least} and at most {most}", $"{found}");

    public static UserException TooFewFrames(string where, long frames, int clusters) =>
        UserException.Create("fewer frames than clusters", where, $"at least {clusters} frames", $"{frames}",
            "ask for fewer clusters with --clusters, or give more audio");

    public static UserException TooManyFrames(long most, long found) =>
        UserException.Create("too many frames for one label file", null, $"at most {most}", $"{found}", "label the shards one by one");

    public static UserException NotFinite(string where, float value) =>
        UserException.Create("a feature is not a finite number", where, "numbers", $"{value}",
            "dump the features anew with 'hubert features'");

    public static UserException OtherDimensions(string model, int expected, string features, int found) =>
        UserException.Create("the model was fitted on features of another size", model, $"{expected} dimensions", $"{found} in {features}",
            "fit a model on these features, or dump those that it was fitted on");

    public static UserException OtherFeatures(string model, string expected, string features, string found) =>
        UserException.Create("the model was fitted on other features", model, expected, $"{found} in {features}",
            "fit a model on these features, or dump those that it was fitted on");

    public static UserException MissingModel(string path) =>
        UserException.Create("no such k-means model", path, next: "fit one with 'hubert kmeans fit'");

    public static UserException NotAModel(string path, string expected, string found) =>
        UserException.Create("not a k-means model", path, expected, found, "fit one with 'hubert kmeans fit'");
}
