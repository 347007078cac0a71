using System.CommandLine;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert kmeans fit|apply|score</c>.</summary>
internal static class KMeansVerb
{
    public static Command Create() =>
        new("kmeans", "Cluster features, label them with their clusters, and tell how well the clusters fit.")
        {
            KMeansFitVerb.Create(), KMeansApplyVerb.Create(), KMeansScoreVerb.Create(), KMeansImportVerb.Create(),
        };

    /// <summary>The folder of a dump.</summary>
    public static Option<string> Features() =>
        new("--features") { Description = "Folder of the dump: SPLIT_I_N.npy and .len, ours or fairseq's.", Required = true };

    /// <summary>The split within it.</summary>
    public static Option<string> Split() =>
        new("--split") { Description = "Which manifest's features: its name without ending.", DefaultValueFactory = _ => "train" };

    public static Option<int> Threads() =>
        new("--threads") { Description = "Threads; 0 takes all cores. The result does not depend on it." };
}
