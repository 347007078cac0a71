using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Recipes;
using HubertSharp.Training;

namespace HubertSharp.Pipelines;

/// <summary>What <see cref="Pipeline"/> runs, where, and how it tells of its progress.</summary>
public sealed record PipelineOptions
{
    public required Recipe Recipe { get; init; }

    /// <summary>Gets everything: corpus, features, labels, run folders, report. Made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Stages that run although nothing changed.</summary>
    public IReadOnlySet<string> Forced { get; init; } = new HashSet<string>();

    /// <summary>Gets one line per stage and notice.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Opens a progress display of that title; disposed at the end of the work where it can be.</summary>
    public Func<string, IProgress<StageProgress>>? Progress { get; init; }

    /// <summary>Opens the live view of a pre-training; disposed at its end where it can be.</summary>
    public Func<IProgress<TrainingStatus>>? Training { get; init; }

    /// <summary>The processes that share the stages; the first one alone says which run, writes and talks.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}
