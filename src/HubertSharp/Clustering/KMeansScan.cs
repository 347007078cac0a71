using HubertSharp.Distributed;
using HubertSharp.Features;
using HubertSharp.Runs;

namespace HubertSharp.Clustering;

/// <summary>One pass of a model over all frames of a dump.</summary>
internal sealed unsafe class KMeansScan(KMeansModel model, int threads, Replicas replicas)
{
    /// <summary>Labels of all frames, and the sum of their squared distances.</summary>
    /// <exception cref="UserException">A number that is not finite, or more frames than one array holds.</exception>
    public (int[] Labels, double Inertia) Labels(FeatureDumpReader dump, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        if (dump.Frames > Array.MaxLength)
            throw ClusteringFaults.TooManyFrames(Array.MaxLength, dump.Frames);
        var all = new int[dump.Frames];
        var inertia = 0.0;
        var source = new FrameSelection(dump, 1, 0);
        using var labeller = new KMeansLabeller(model, threads, replicas, cancellation);
        using var sweep = new FrameSweep(source, null);
        sweep.Run((rows, count, first, labels, distances) =>
        {
            labeller.Pass.Assign(rows, count, labels, distances);
            new ReadOnlySpan<int>(labels, count).CopyTo(all.AsSpan((int)first));
            for (var i = 0; i < count; i++)
                inertia += distances[i];
            progress?.Report(new StageProgress(first + count, source.Count, "frames"));
        }, cancellation);
        return (all, inertia);
    }
}
