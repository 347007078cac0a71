using HubertSharp.Features;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Clustering;

/// <summary>
/// Clusters that features have of themselves: a quick k-means of a sample of the utterances, for the label check to hold labels against.
/// </summary>
internal static class OwnClusters
{
    private const long SampleFrames = 20_000;
    private const int FramesPerCluster = 20;

    // Labels of a few classes need not be what so few clusters would tell apart.
    private const int LeastClusters = 20;

    /// <summary>By utterance, from 0: a cluster per frame; null where the features have too few frames for so many clusters.</summary>
    /// <param name="folder">The features.</param>
    /// <param name="split">Whose labels are checked; its features have the manifest's name.</param>
    /// <param name="clusters">As many as the labels have; 20 are made where they have fewer and the frames suffice.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="Runs.UserException">No such features, or those of another manifest.</exception>
    public static IReadOnlyDictionary<int, int[]>? Of(string folder, LabelSplit split, int clusters, CancellationToken cancellation)
    {
        using var dump = FeatureDumpReader.Open(folder, Path.GetFileNameWithoutExtension(split.ManifestPath));
        var utterances = Manifest.Read(split.ManifestPath, cancellation: cancellation).Entries.Count;
        if (dump.Utterances != utterances)
            throw FeatureFaults.OtherManifest(folder, split.ManifestPath, utterances, dump.Utterances);
        var wanted = Math.Max(SampleFrames, (long)FramesPerCluster * clusters);
        if (clusters < 2 || dump.Frames < (long)FramesPerCluster * clusters)
            return null;
        var options = new KMeansOptions
        {
            Clusters = (int)Math.Max(clusters, Math.Min(LeastClusters, dump.Frames / FramesPerCluster)),
            Starts = 1,
            BatchSize = 2000,
            MaxEpochs = 2,
            Percent = Math.Min(1, (double)wanted / dump.Frames),
        };
        var fit = KMeansTrainer.Fit(dump, folder, options, progress: null, cancellation);
        using var labeller = new KMeansLabeller(new KMeansModel(fit.Centroids, dump.Dimensions), cancellation: cancellation);
        var own = new Dictionary<int, int[]>();
        var step = Math.Max(1, dump.Frames / wanted); // every so many utterances: a corpus may be sorted by speaker
        for (long utterance = 0, frames = 0; utterance < dump.Utterances && frames < wanted; utterance += step)
        {
            own[(int)utterance] = labeller.Assign(dump.ReadUtterance((int)utterance));
            frames += own[(int)utterance].Length;
        }
        return own;
    }
}
