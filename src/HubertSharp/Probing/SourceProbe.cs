using HubertSharp.Evaluation.Resampling;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports.Probing;
using HubertSharp.Tensors;

namespace HubertSharp.Probing;

/// <summary>One set of features: trains its heads, takes the best one, and scores it.</summary>
internal sealed class SourceProbe
{
    private readonly ProbingData _data;
    private readonly ProbeTargets _targets;
    private readonly ProbeFeatures _features;
    private readonly int[][] _classes;
    private bool _kept;

    private SourceProbe(IHiddenStates states, ProbingData data, ProbeTargets targets, ProbingOptions options)
    {
        (States, Options, _data, _targets) = (states, options, data, targets);
        _features = new ProbeFeatures(states, data, options);
        _classes = targets.For(states);
    }

    public IHiddenStates States { get; }

    public ProbingOptions Options { get; }

    /// <summary>Does it all.</summary>
    /// <param name="states">The features.</param>
    /// <param name="data">The recordings.</param>
    /// <param name="targets">The classes.</param>
    /// <param name="options">What was asked.</param>
    /// <param name="stages">Begins a display of progress.</param>
    /// <param name="notice">Told what a person should read.</param>
    /// <param name="cancellation">Interrupts; a training's checkpoint is written first.</param>
    public static (ProbingRow Row, ResampledFigure Figure) Run(IHiddenStates states, ProbingData data, ProbeTargets targets,
        ProbingOptions options, Func<string, IProgress<StageProgress>>? stages, Action<string>? notice, CancellationToken cancellation)
    {
        var train = data.Of(ProbeSplit.Train);
        if (states is AcousticStates acoustic)
            acoustic.Fit(train.Length, i => data.Read(train[i], cancellation), stages?.Invoke($"mean of {states.Name}"), cancellation);
        var probe = new SourceProbe(states, data, targets, options);
        var rates = options.LearningRates.Count > 0 ? options.LearningRates : [ProbeDefaults.Of(options.Task).LearningRate];
        TrainedHead[] heads =
        [
            .. rates.Select(rate => TrainedHead.Train(
                probe, rate, Path.Combine(options.Out, FolderOf(states.Name, rates.Count > 1 ? rate : null)), stages, notice,
                cancellation)),
        ];
        var sign = options.Task == ProbeTask.CtcPhone ? 1 : -1;
        var best = heads.MinBy(head => sign * head.Valid ?? 0)!;
        return probe.Scored(best, stages, cancellation);
    }

    public ProbeHead NewHead() => new(States.Layers.Count, States.Dimensions,
        Options.ProjectorDim ?? ProbeDefaults.Of(Options.Task).ProjectorDim, _targets.Outputs, Options.Pools);

    public ProbingTask NewTask(ProbingConfig config, ProbeHead head) =>
        new(Options, config, _data, _features, _classes, States.Identity, head);

    /// <summary>Computes what is learnt from, once, as far as it fits into memory.</summary>
    public void Keep(Func<string, IProgress<StageProgress>>? stages, Action<string>? notice, CancellationToken cancellation)
    {
        if (_kept)
            return;
        _kept = true;
        int[] wanted = [.. _data.Of(ProbeSplit.Valid), .. _data.Of(ProbeSplit.Train)];
        var kept = _features.Keep(wanted, stages?.Invoke($"features {States.Name}"), cancellation);
        if (kept < wanted.Length)
            notice?.Invoke(
                $"features of {kept} of {Counted.Of(wanted.Length, "utterance")} fit into a quarter of the memory; the others are "
                    + "computed whenever they are needed");
    }

    private (ProbingRow Row, ResampledFigure Figure) Scored(
        TrainedHead trained, Func<string, IProgress<StageProgress>>? stages, CancellationToken cancellation)
    {
        using var head = NewHead();
        trained.Load(head);
        using var task = NewTask(ProbingConfig.Of(Options, States.Name, trained.LearningRate).Value, head);
        var test = _data.Of(ProbeSplit.Test);
        var tallies = new (int Utterance, int Count, int Of)[test.Length];
        new UtteranceWork(0, test.Length, stages?.Invoke($"test {States.Name}")).Run(threads: 0, TorchRuntime.SingleThreaded, (_, i) =>
        {
            using var scores = task.Score(test[i], cancellation);
            tallies[i] = scores.Tallies[0];
        }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var figure = ResampledFigure.Quotient([.. tallies.Select(t =>
            (_data.Utterances[t.Utterance].Recording, _data.Utterances[t.Utterance].Speaker, (double)t.Count, (double)t.Of))]);
        var most = Options.Task == ProbeTask.CtcPhone ? double.MaxValue : 1;
        var shares = head.Shares();
        return (new ProbingRow(States.Name, States.Kind, States.Dimensions, States.FrameRate, trained.LearningRate, trained.Step,
            trained.Valid, figure.Estimate(most: most), tallies.Sum(t => (long)t.Count), tallies.Sum(t => (long)t.Of),
            shares.Length > 1 ? [.. States.Layers.Zip(shares, (layer, share) => new LayerShare(layer, share))] : [], []), figure);
    }

    /// <summary>A folder's name of the features' name, such as <c>runs_it1-random</c>.</summary>
    private static string FolderOf(string features, double? rate)
    {
        var name = string.Concat(features.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_')).Trim('.', '_');
        return FormattableString.Invariant($"{(name.Length > 0 ? name : "model")}{(rate is { } lr ? $"-lr{lr}" : "")}");
    }
}
