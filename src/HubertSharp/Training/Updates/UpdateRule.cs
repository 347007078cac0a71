namespace HubertSharp.Training.Updates;

/// <summary>What happens with the gradients of an update: norm, clipping, guard, Adam, log.</summary>
internal abstract class UpdateRule : IDisposable
{
    /// <summary>Lets the gradients of an update, summed up in the flat buffer, change the weights.</summary>
    public abstract void Apply(PendingUpdate update);

    /// <summary>Brings log, guard and counters up to the last update that was applied.</summary>
    /// <exception cref="Runs.UserException">The guard ends the run.</exception>
    public abstract void Settle();

    public virtual void Dispose()
    {
    }
}
