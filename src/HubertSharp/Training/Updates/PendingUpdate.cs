using HubertSharp.Models;
using HubertSharp.Pretraining;

namespace HubertSharp.Training.Updates;

/// <summary>An update whose gradients are there.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Scores">Not yet read off the device.</param>
/// <param name="LearningRate">Of this update.</param>
/// <param name="Batches">Its micro-batches; they may have to be collated again.</param>
/// <param name="StepOf">The context that a micro-batch was computed with.</param>
/// <param name="Start">Timestamp of its beginning.</param>
internal sealed record PendingUpdate(
    long Number, StepScores Scores, double LearningRate,
    Func<IReadOnlyList<TrainingBatch>> Batches, Func<int, StepContext> StepOf, long Start);
