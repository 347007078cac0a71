using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Logging;
using TorchSharp;

namespace HubertSharp.Training.Updates;

/// <summary>What happens with the gradients of a part's update: norm, clipping, guard, Adam, log.</summary>
internal abstract class UpdateRule(TrainedPart part, NumericalGuard guard) : IDisposable
{
    public TrainedPart Part => part;

    public NumericalGuard Guard => guard;

    /// <summary>The norm of the last gradients, where every update is looked at.</summary>
    public double LastNorm { get; protected set; }

    /// <summary>Whether every update is looked at before the next begins.</summary>
    public abstract bool LooksAtOnce { get; }

    /// <summary>A part's rule: <see cref="HostUpdates"/> on a processor and for a loss scale, else <see cref="DeviceUpdates"/>.</summary>
    /// <param name="part">What the updates change.</param>
    /// <param name="guard">Its guard.</param>
    /// <param name="log">Told of every update.</param>
    /// <param name="config">The limit of the gradient norm.</param>
    /// <param name="looksLater">Go the way of a GPU on a processor, too.</param>
    /// <param name="areRead">Whether scores are on the host already: others had to be told of them.</param>
    public static UpdateRule For(
        TrainedPart part, NumericalGuard guard, TrainingLog log, OptimizationConfig config, bool looksLater, bool areRead = false)
    {
        var looksAtOnce = (part.Parameters.Masters.device_type == DeviceType.CPU && !looksLater) || guard.Scaler is not null || areRead;
        return looksAtOnce ? new HostUpdates(part, guard, log, config) : new DeviceUpdates(part, guard, log, config);
    }

    /// <summary>Lets the gradients of an update, summed up in the flat buffer, change the weights.</summary>
    public abstract void Apply(PendingUpdate update);

    /// <summary>Brings log, guard and counters up to the last update that was applied.</summary>
    /// <exception cref="Runs.UserException">The guard ends the run.</exception>
    public abstract void Settle();

    public virtual void Dispose()
    {
    }
}
