using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Probing;

/// <summary>A head that was trained in a run folder of its own, or goes on there.</summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Step">The step that was best on the valid split, or the last.</param>
/// <param name="Valid">The figure there.</param>
/// <param name="Weights">The file.</param>
internal sealed record TrainedHead(double LearningRate, long Step, double? Valid, string Weights)
{
    /// <summary>Trains a head, or finds that it is trained.</summary>
    /// <param name="probe">Features and targets.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="stages">Begins a display of progress.</param>
    /// <param name="notice">Told of warnings.</param>
    /// <param name="cancellation">Interrupts after the current step; a checkpoint is written first.</param>
    public static TrainedHead Train(SourceProbe probe, double rate, string folder, Func<string, IProgress<StageProgress>>? stages,
        Action<string>? notice, CancellationToken cancellation)
    {
        var config = ProbingConfig.Of(probe.Options, probe.States.Name, rate);
        using (var head = probe.NewHead())
        using (var task = probe.NewTask(config.Value, head))
        {
            if (Newest(folder, config.Value)?.Update != probe.Options.Steps)
                probe.Keep(stages, notice, cancellation);
            var progress = stages?.Invoke($"probe {probe.States.Name}, lr {rate.ToString("0.######", CultureInfo.InvariantCulture)}");
            var options = new TrainingOptions
            {
                Progress = progress is null ? null : new TrainingStage(progress, "steps"),
                Notice = text =>
                {
                    if (text.StartsWith("warning", StringComparison.Ordinal) || text.StartsWith("going on", StringComparison.Ordinal))
                        notice?.Invoke(text);
                },
                Watch = new() { Enabled = false },
            };
            using var run = TrainingRun.Open(config, folder, options, Replicas.Alone);
            TrainingLoop.Run(run, task, cancellation);
        }
        var state = Newest(folder, config.Value)!;
        var step = state.BestUpdate ?? state.Update;
        return new TrainedHead(rate, step, state.Best,
            Path.Combine(folder, RunFolder.CheckpointsName, CheckpointFiles.NameOf(step), CheckpointFiles.Weights));
    }

    /// <summary>Sets a head to what was trained.</summary>
    public void Load(ProbeHead head) => ParameterFile.Read(Weights, head.Parameters);

    private static CheckpointState? Newest(string folder, TrainingConfig config) =>
        new CheckpointStore(Path.Combine(folder, RunFolder.CheckpointsName), config.Checkpoint)
            .Newest(notice: null, putsAside: false)?.State;
}
