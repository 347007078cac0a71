using HubertSharp.Distributed;

namespace HubertSharp.Evaluation.Probe;

/// <summary>Settings of <see cref="LinearProbe"/>.</summary>
public sealed record ProbeOptions
{
    /// <summary>What is kept apart for testing.</summary>
    public HeldOut HeldOut { get; init; } = HeldOut.Speaker;

    /// <summary>A class takes part when every fold has at least this many training examples of it.</summary>
    public int MinExamplesPerClass { get; init; } = 3;

    /// <summary>At most this many folds; speakers, or recordings, are dealt to them.</summary>
    public int MaxFolds { get; init; } = 4;

    /// <summary>
    /// Penalties to choose from, strongest first, on a fifth of each training part that shares no recording with the rest.
    /// </summary>
    public IReadOnlyList<double> Penalties { get; init; } = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003];

    /// <summary>
    /// A classifier learns from about this many examples at most: whole recordings, by the seed. More cost time in proportion, hours of
    /// aligned phones some hours.
    /// </summary>
    public int MostExamples { get; init; } = 20_000;

    /// <summary>Decides which examples are held out.</summary>
    public ulong Seed { get; init; } = 1337;

    /// <summary>The processes, each of which fits some of the folds.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}
