namespace HubertSharp.Runs.RunFolders;

/// <summary>Seconds of an update in one of several processes.</summary>
/// <param name="Reading">It waited for data.</param>
/// <param name="Forward">It computed losses.</param>
/// <param name="Backward">It computed gradients.</param>
/// <param name="Waiting">In calls to the others, which also move the gradients.</param>
/// <param name="Collecting">All its threads stood still for the garbage collector; a part of the other times.</param>
/// <param name="Wall">In all.</param>
public readonly record struct RankShare(
    double Reading, double Forward, double Backward, double Waiting, double Collecting, double Wall)
{
    /// <summary>What the others have to wait for.</summary>
    public double Works => Reading + Forward + Backward;
}
