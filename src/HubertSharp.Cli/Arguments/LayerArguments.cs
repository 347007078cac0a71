using System.CommandLine;
using HubertSharp.Clustering;
using HubertSharp.Evaluation.Quality;

namespace HubertSharp.Cli.Arguments;

/// <summary>What every verb takes that clusters and scores layers.</summary>
/// <param name="chosen">Whose best layer is chosen.</param>
/// <param name="starts">Starts of k-means where nobody says.</param>
/// <param name="needsReference">Nothing can be measured without a reference.</param>
internal sealed class LayerArguments(string chosen, int starts, bool needsReference = true)
{
    public Option<string> Manifest { get; } = new("--manifest") { Description = "Manifest (.tsv) that is scored.", Required = true };

    public Option<string?> Fit { get; } =
        new("--fit") { Description = "Manifest that k-means is fitted on; the one that is scored otherwise." };

    public Option<string?> Choose { get; } = new("--choose")
    {
        Description = $"Manifest that {chosen} is chosen on, by PNMI, so that it is not chosen on what is scored.",
    };

    public Option<string?> Reference { get; } = new("--reference")
    {
        Description = "Reference of any format that 'hubert quality' takes.",
        Required = needsReference,
    };

    public Option<int> Clusters { get; } = new("--clusters") { Description = "Clusters per layer.", DefaultValueFactory = _ => 100 };

    public Option<int> Starts { get; } = new("--starts")
    {
        Description = "Starts of k-means, the best of which counts.",
        DefaultValueFactory = _ => starts,
    };

    public Option<long> Seed { get; } = new("--seed") { Description = "Seed of k-means." };

    public Option<string?> Work { get; } = new("--work")
    {
        Description = "Folder for the features meanwhile; the system's temporary folder otherwise.",
    };

    public Option<string> Precision { get; } = ModelOptions.Precision();

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of the table." };

    /// <summary>All of it but the models and what they are compared with.</summary>
    public LayerQualityOptions Options(ParseResult parsed) => new()
    {
        ManifestPath = parsed.GetValue(Manifest)!,
        ReferencePath = parsed.GetValue(Reference)!,
        FitManifestPath = parsed.GetValue(Fit),
        ChooseManifestPath = parsed.GetValue(Choose),
        KMeans = new KMeansOptions
        {
            Clusters = parsed.GetValue(Clusters),
            Starts = parsed.GetValue(Starts),
            Seed = parsed.GetValue(Seed),
        },
        WorkFolder = parsed.GetValue(Work),
        Precision = ModelOptions.PrecisionOf(parsed.GetValue(Precision)),
    };
}
