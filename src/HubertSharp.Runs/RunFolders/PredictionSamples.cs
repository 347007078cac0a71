using System.Text.Json;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// What the model predicted for a few validation utterances at the last validation (<c>samples/valid.json</c>), so that one can
/// listen to them: the crops and masks are the same at every validation.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
/// <param name="Update">Updates of the model that predicted.</param>
/// <param name="Split">The manifest's name: <c>valid</c>.</param>
/// <param name="Label">The label set: <c>km</c>, the first one of <c>task.labels</c>.</param>
/// <param name="LabelRate">Labels per second in the label file.</param>
/// <param name="SampleRate">Samples per second of all counts of samples here.</param>
/// <param name="FrameSamples">Samples from one frame of the model to the next.</param>
/// <param name="Utterances">In the order of the validation batches.</param>
public sealed record PredictionSamples(
    long Update, string Split, string Label, double LabelRate, int SampleRate, long FrameSamples,
    IReadOnlyList<PredictionSample> Utterances)
{
    /// <summary>Utterances of a file at most.</summary>
    public const int MaximumUtterances = 64;

    private const long MaximumBytes = 16L << 20;
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 8 };

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>Reads what <see cref="Write"/> wrote; the lists of every utterance fit together.</summary>
    /// <exception cref="UserException">Above 16 MiB, or not such a file.</exception>
    public static PredictionSamples Read(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<PredictionSamples>(RegularFile.ReadAllBytes(path, MaximumBytes), Options);
            return read is { } samples && samples.IsWhole
                ? samples
                : throw RunFaults.NotSamples(path);
        }
        catch (JsonException e)
        {
            throw RunFaults.NotSamples(path, e);
        }
    }

    private bool IsWhole =>
        Update >= 0 && Split is not null && Label is not null && SampleRate > 0 && FrameSamples > 0 && double.IsFinite(LabelRate)
        && Utterances is { Count: <= MaximumUtterances } && Utterances.All(u => u is not null && u.IsWhole);
}

/// <summary>One utterance as the model saw and predicted it. Clusters are −1 where a class is none.</summary>
/// <param name="Index">Line of the manifest after the root, from 0.</param>
/// <param name="Path">As the manifest names it.</param>
/// <param name="StartSample">First sample of the crop within the utterance.</param>
/// <param name="LengthSamples">Samples of the crop.</param>
/// <param name="Clusters">[T] the cluster that each frame of the model has to tell.</param>
/// <param name="Masked">The masked frames, ascending; [N].</param>
/// <param name="Predicted">[N] the most probable cluster.</param>
/// <param name="PredictedProbability">[N] how probable, 0 to 1.</param>
/// <param name="TrueProbability">[N] the probability of the frame's own cluster.</param>
public sealed record PredictionSample(
    int Index, string Path, long StartSample, long LengthSamples, IReadOnlyList<int> Clusters,
    IReadOnlyList<int> Masked, IReadOnlyList<int> Predicted, IReadOnlyList<float> PredictedProbability,
    IReadOnlyList<float> TrueProbability)
{
    internal bool IsWhole =>
        Index >= 0 && Path is not null && StartSample >= 0 && LengthSamples > 0 && Clusters is not null && Masked is not null
        && Predicted?.Count == Masked.Count && PredictedProbability?.Count == Masked.Count && TrueProbability?.Count == Masked.Count
        && Masked.Zip(Masked.Skip(1)).All(pair => pair.First < pair.Second)
        && (Masked.Count == 0 || (Masked[0] >= 0 && Masked[^1] < Clusters.Count))
        && PredictedProbability.Concat(TrueProbability).All(float.IsFinite);
}
