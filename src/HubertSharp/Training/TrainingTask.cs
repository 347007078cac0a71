using HubertSharp.Distributed;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>
/// What is trained: everything that a <see cref="TrainingLoop"/> does not know of models, data and criteria. Whatever is random in it is
/// a function of the run's seed, the update and the micro-batch, so that a run that was stopped goes on as if nothing had happened.
/// </summary>
/// <typeparam name="TBatch">One micro-batch in host memory.</typeparam>
internal abstract class TrainingTask<TBatch>
{
    /// <summary>What the optimizers train.</summary>
    public abstract IReadOnlyList<TrainedPart> Parts { get; }

    /// <summary>The order in which an update computes and changes them.</summary>
    public virtual IEnumerable<TrainedPart> UpdateOrder => Parts;

    /// <summary>Which rows an update consumes.</summary>
    public abstract UpdatePlan Plan { get; }

    /// <summary>The figure that a run is judged by; NaN where the averages do not hold it.</summary>
    public abstract double Headline(MetricAverages averages);

    /// <summary>What every <c>train_inner</c> line says beside the averages.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, double>> Constants => [];

    /// <summary>Whether the loss is one of single targets, whose perplexity means something.</summary>
    public virtual bool HasPerplexity => true;

    /// <summary>File of the training data → its size and its hash: what a run must find unchanged to go on.</summary>
    public abstract IReadOnlyDictionary<string, string> DataFingerprint();

    /// <summary>The same of the validation data: processes of a run must have them alike, a run that goes on may change them.</summary>
    public virtual IReadOnlyDictionary<string, string> ValidFingerprint() => new Dictionary<string, string>();

    /// <summary>Writes what a reader of the run folder needs to know of the data.</summary>
    public virtual void Describe(RunFolder folder)
    {
    }

    /// <summary>Called when there is no checkpoint to go on from; a task may take the weights, and the updates, of another model.</summary>
    public virtual void Begin(RunProgress progress)
    {
    }

    /// <summary>Reads one micro-batch; called in several threads at once.</summary>
    /// <param name="rows">What the plan chose.</param>
    /// <param name="update">From 1.</param>
    /// <param name="micro">Number of the micro-batch within the update, from 0, counted over all processes.</param>
    public abstract TBatch Collate(int[] rows, long update, int micro);

    /// <summary>Called in all processes before the first part of an update is computed.</summary>
    /// <param name="update">From 1.</param>
    /// <param name="batches">This process's micro-batches; none where there are fewer than processes.</param>
    public virtual void Updating(long update, IReadOnlyList<TBatch> batches)
    {
    }

    /// <summary>Forward and backward of one part over all micro-batches; gradients add up in its flat buffer, which was zeroed.</summary>
    /// <param name="part">One of <see cref="Parts"/>.</param>
    /// <param name="batches">What <see cref="Collate"/> read.</param>
    /// <param name="update">From 1.</param>
    /// <param name="logs">Whether a line of the log follows, for which nothing is spared.</param>
    /// <param name="lossScale">What every loss is multiplied with before its backward pass.</param>
    public abstract UpdateScores Compute(TrainedPart part, IReadOnlyList<TBatch> batches, long update, bool logs, double lossScale);

    /// <summary>Names the rows of an update that is not finite; may leave rubbish in the gradients.</summary>
    /// <param name="update">From 1.</param>
    /// <param name="batches">Its micro-batches, perhaps collated again.</param>
    /// <param name="scores">What <see cref="Compute"/> returned, read off the device.</param>
    public abstract BlamedRows Blame(long update, IReadOnlyList<TBatch> batches, UpdateScores scores);

    /// <summary>Called when all parts had an update: moving averages follow here.</summary>
    public virtual void Updated(long update)
    {
    }

    /// <summary>Scores the validation split; called only when the configuration has one.</summary>
    /// <param name="replicas">All of them come here; who shares the batches does it by <see cref="SharedValidation"/>.</param>
    /// <returns>The same numbers in all processes.</returns>
    public abstract MetricAverages Validate(Replicas replicas);

    /// <summary>Called after a validation was logged; changes no number of the run.</summary>
    public virtual void Validated(long update)
    {
    }
}
