namespace HubertSharp.Runs.Stages;

/// <summary>One stage of a pipeline: a folder that it alone writes, and the code that fills it.</summary>
/// <param name="Name">What the user sees and gives to <c>--force</c>: <c>corpus</c>, <c>features-1</c>.</param>
/// <param name="Folder">The stage's own folder; what the stage made there goes before it runs anew.</param>
public sealed record Stage(string Name, string Folder)
{
    /// <summary>What the result depends on; asked for when the stage's turn has come, so that it may read earlier results.</summary>
    public required Func<StageInputs> Inputs { get; init; }

    /// <summary>Fills the folder and returns the files that count as the result; they are checked when the pipeline runs again.</summary>
    public required Func<CancellationToken, IReadOnlyList<string>> Run { get; init; }

    /// <summary>
    /// For a stage that goes on from what an interrupted run left (checkpoints): why it cannot go on from what lies in its folder, or
    /// null when it can. Asked with whether the inputs are those that it began with. What it cannot go on from is moved aside, never
    /// removed.
    /// </summary>
    public Func<bool, string?>? Obstacle { get; init; }

    /// <summary>Whether a folder without any stamp shows by itself that it is the stage's: a run folder does.</summary>
    public Func<bool> IsOurs { get; init; } = () => false;

    /// <summary>Whether several processes share its work: all of them run it then, and the first one writes.</summary>
    public bool IsShared { get; init; }

    /// <summary>Files outside the folder that the stage writes.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Where the list of what the stage made lies; who has it is ours.</summary>
    public string MadePath => Path.Combine(Folder, MadeFile);

    /// <summary>Name of that list.</summary>
    public const string MadeFile = ".hubert-stage.json";
}
