namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>A run beside the reference run that is most like it, at equal progress.</summary>
/// <param name="Run">The figure at the most similar progress; its loss is interpolated between two figures where the run has them.</param>
/// <param name="Level">Its loss / chance at the same number of updates.</param>
/// <param name="OwnLevel">Loss / chance of the run in question.</param>
/// <param name="Lowest">Lowest level of the reference runs at equal progress (interpolated where a run has figures on both sides).</param>
/// <param name="Highest">Highest one.</param>
public sealed record ReferencePlace(ReferenceRun Run, double Level, double OwnLevel, double Lowest, double Highest)
{
    /// <summary>Updates that still count as the same progress.</summary>
    private const double Similar = 3;

    /// <summary>Null where no reference run is within a factor of 3 in updates and 4 in clusters.</summary>
    public static ReferencePlace? Of(DoctorContext context, long updates, double level)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Clusters is not { } clusters)
            return null;
        var near = context.References
            .Where(r => r.Level is not null && Ratio(r.Updates, updates) <= Similar && Ratio(r.Clusters, clusters) <= 4).ToList();
        if (near.Count == 0)
            return null;
        var nearest = near.MinBy(r => Math.Log(Ratio(r.Updates, updates)) + Math.Log(Ratio(r.Clusters, clusters)))!;
        // each run counts once, at this number of updates
        var levels = near.GroupBy(r => (r.Run, r.Data, r.Clusters, r.Iteration))
            .Select(run => At(context.References, run.MinBy(r => Ratio(r.Updates, updates))!, updates)).ToList();
        return new ReferencePlace(nearest, At(context.References, nearest, updates), level, levels.Min(), levels.Max());
    }

    /// <summary>The update that <see cref="Level"/> is of: the figure's own, or this run's where it lies between two figures.</summary>
    /// <param name="updates">Updates of this run.</param>
    public long UpdateOf(long updates) => Level == Run.Level ? Run.Updates : updates;

    // Between two figures of one run the level moves with the logarithm of the updates.
    private static double At(IReadOnlyList<ReferenceRun> all, ReferenceRun nearest, long updates)
    {
        var other = all.Where(r => r.Level is not null
            && r.Run == nearest.Run
            && r.Data == nearest.Data
            && r.Clusters == nearest.Clusters
            && r.Iteration == nearest.Iteration)
            .Where(r => (r.Updates - (double)updates) * (nearest.Updates - (double)updates) < 0)
            .MinBy(r => Ratio(r.Updates, updates));
        if (other is null || nearest.Updates <= 0 || other.Updates <= 0)
            return nearest.Level!.Value;
        var share = Math.Log((double)updates / nearest.Updates) / Math.Log((double)other.Updates / nearest.Updates);
        return nearest.Level!.Value + (share * (other.Level!.Value - nearest.Level.Value));
    }

    private static double Ratio(double a, double b) => Math.Max(a, b) / Math.Max(1, Math.Min(a, b));
}
