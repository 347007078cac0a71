namespace HubertSharp.Runs.Stages;

/// <summary>One stage of a pipeline: a folder that it alone writes, and the code that fills it.</summary>
/// <param name="Name">What the user sees and gives to <c>--force</c>: <c>corpus</c>, <c>features-1</c>.</param>
/// <param name="Folder">The stage's own folder; emptied before the stage runs anew.</param>
public sealed record Stage(string Name, string Folder)
{
    /// <summary>What the result depends on; asked for when the stage's turn has come, so that it may read earlier results.</summary>
    public required Func<StageInputs> Inputs { get; init; }

    /// <summary>Fills the folder and returns the files that count as the result; they are checked when the pipeline runs again.</summary>
    public required Func<CancellationToken, IReadOnlyList<string>> Run { get; init; }

    /// <summary>The stage goes on from what an interrupted run left (checkpoints), as long as its inputs are the same.</summary>
    public bool Continues { get; init; }
}
