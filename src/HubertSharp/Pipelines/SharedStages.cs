using System.Text;
using HubertSharp.Distributed;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// Lets several processes run the stages that they can share: the first one finds out which have to run, and tells the others when one of
/// theirs begins. What it does by itself the others wait for.
/// </summary>
internal static class SharedStages
{
    /// <summary>For the first process: a stage that tells the others before it runs.</summary>
    public static Stage Told(Stage stage, Replicas replicas) => replicas.Count == 1 || !stage.IsShared ? stage : stage with
    {
        Run = cancellation =>
        {
            Tell(replicas, stage.Name);
            var made = stage.Run(cancellation);
            Alone(replicas, stage.Name);
            return made;
        },
    };

    /// <summary>For the first process: what it does by itself from now on.</summary>
    public static void Alone(Replicas replicas, string what) => replicas.Doing(RankReport.Alone + what, 0);

    /// <summary>For the first process, at the end: lets the others end, too.</summary>
    public static void End(Replicas replicas)
    {
        if (replicas.Count > 1)
            Tell(replicas, "");
    }

    /// <summary>For all others: runs what the first one tells of, until it has come to the end.</summary>
    public static void Follow(IReadOnlyList<Stage> stages, Replicas replicas, CancellationToken cancellation)
    {
        while (Encoding.UTF8.GetString(replicas.Gather([])[0]) is { Length: > 0 } name)
            stages.Single(stage => stage.Name == name).Run(cancellation);
    }

    private static void Tell(Replicas replicas, string name)
    {
        replicas.Doing(RankReport.Shares, 0);
        replicas.Gather(Encoding.UTF8.GetBytes(name));
    }
}
