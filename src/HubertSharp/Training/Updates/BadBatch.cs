using HubertSharp.Runs.Arrays;

namespace HubertSharp.Training.Updates;

/// <summary>What is written about an update that was skipped because something was not finite (<c>batch.json</c>).</summary>
internal sealed record BadBatch
{
    public required long Update { get; init; }

    /// <summary>The criterion's sum in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Gradient norm before clipping.</summary>
    public required double GradientNorm { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>What the loss was multiplied with; null without a loss scale.</summary>
    public required double? LossScale { get; init; }

    public required IReadOnlyList<Utterance> Rows { get; init; }

    /// <param name="MicroBatch">Which of the update's micro-batches, from 0; names the tensors beside this file.</param>
    /// <param name="Row">Row within it, from 0.</param>
    /// <param name="Path">The recording, as its manifest names it.</param>
    /// <param name="Language">From the manifest, or null.</param>
    /// <param name="LengthSamples">Samples that are audio.</param>
    /// <param name="LossNats">Of this row alone; null when the loss of its micro-batch was finite.</param>
    /// <param name="Peak">Its largest sample without sign; recordings in order stay at 1 or below.</param>
    /// <param name="Suspect">Whether this row is where it went wrong.</param>
    internal sealed record Utterance(
        int MicroBatch, int Row, string Path, string? Language, long LengthSamples, double? LossNats, float Peak, bool Suspect);
}

/// <summary>What a task knows about an update that is not finite.</summary>
/// <param name="Rows">All its rows, with a mark at those where it went wrong.</param>
/// <param name="Tensors">What the rows were made of, to be kept for inspection.</param>
internal sealed record BlamedRows(IReadOnlyList<BadBatch.Utterance> Rows, IEnumerable<SafetensorsTensor> Tensors);
