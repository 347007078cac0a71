namespace HubertSharp.Distributed.Nccl;

/// <summary>How ranks that MPI has joined come to NCCL: all of them, or none.</summary>
internal static class NcclMeeting
{
    /// <summary>Joins all ranks by NCCL; null, with a word of the first rank, where one of them has none.</summary>
    /// <param name="replicas">Who comes; the first rank's id goes to all through them.</param>
    /// <param name="calls">The library of this process; null for none.</param>
    /// <param name="missing">What it lacks.</param>
    /// <param name="named">The library that the user named.</param>
    /// <param name="wait">Makes a call that waits for all others.</param>
    /// <param name="speak">Told what was chosen, in the first rank.</param>
    /// <exception cref="Runs.UserException">NCCL was asked for and cannot be used, or refuses.</exception>
    public static NcclCommunicator? Join(
        Replicas replicas, NcclCalls? calls, string? missing, string? named, Action<Action> wait, Action<string> speak)
    {
        NcclOffer[] all = [.. replicas.Gather(NcclOffer.Own(calls, missing, named).Pack()).Select(NcclOffer.Unpack)];
        if (NcclOffer.Obstacle(all, replicas.HostOf) is { } obstacle)
        {
            if (replicas.Writes)
                speak(obstacle);
            return null;
        }
        var who = $"rank {replicas.Rank} on {replicas.HostOf(replicas.Rank)}";
        var id = NcclId.Of(replicas.Gather(replicas.Writes ? NcclCommunicator.NewId(calls!, who).ToArray() : [])[0]);
        NcclCommunicator? joined = null;
        wait(() => joined = NcclCommunicator.Join(calls!, id, replicas.Rank, replicas.Count, who));
        if (replicas.Writes)
            speak($"gradients travel by {NcclOffer.Text(all[0].Version)}");
        return joined;
    }
}
