using HubertSharp.Runs;
using HubertSharp.Runs.Pickle;

namespace HubertSharp.Clustering;

/// <summary>The centroids of a scikit-learn model as fairseq's learn_kmeans.py saves it with joblib.</summary>
internal static class SklearnModel
{
    private static readonly string[] Classes =
    [
        "sklearn.cluster._kmeans.MiniBatchKMeans", "sklearn.cluster._kmeans.KMeans",
        "sklearn.cluster.k_means_.MiniBatchKMeans", "sklearn.cluster.k_means_.KMeans", // before scikit-learn 0.22
        // a model fitted with a RandomState of its own carries it along
        "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__bit_generator_ctor", "numpy.random._mt19937.MT19937",
        "numpy.random.mtrand.RandomState",
    ];

    /// <exception cref="UserException">Damaged, no such model, or it names something that is not on the list.</exception>
    public static KMeansModel Read(string path)
    {
        if (JoblibFile.Read(path, Classes) is not PickleObject { Type: var type } model
            || !type.Name.EndsWith("KMeans", StringComparison.Ordinal))
            throw ClusteringFaults.NotAModel(path, "a scikit-learn KMeans or MiniBatchKMeans", "another object");
        if (NumpyPickle.ToArray(path,
            model.Attribute("cluster_centers_")) is not { Shape: [> 0 and <= 1 << 20, > 0 and <= 1 << 20] } centroids)
            throw ClusteringFaults.NotAModel(path, "fitted centroids [clusters, dimensions]", "none");
        return new KMeansModel(centroids.ToSingles(), (int)centroids.Shape[1]);
    }
}
