using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// What the model predicted for some validation utterances, with their audio. The file of a run names utterances; only those that the
/// manifest of the run's own configuration has in the same place and under the same name are played.
/// </summary>
internal sealed class Predictions(Utterances utterances, DecodedAudio audio, AudioRoots roots) : IDisposable
{
    public const string PredictionsFile = "samples/valid.json";

    private readonly FileCache<PredictionSamples> _samples = new(4, TimeSpan.FromSeconds(10));

    /// <summary>All of them; null where the run has written none.</summary>
    /// <exception cref="UserException">A damaged file.</exception>
    public PredictionPage? Of(RunEntry run)
    {
        if (Read(run) is not { } samples)
            return null;
        var (manifest, problem) = ManifestOf(run, samples.Split);
        var refused = manifest is null ? null : roots.Refused(manifest);
        var frameSeconds = (double)samples.FrameSamples / samples.SampleRate;
        bool HasAudio(PredictionSample u) => refused is null && Entry(manifest, samples, u) is not null;
        return new PredictionPage(samples.Update, samples.Split, samples.Label, frameSeconds, problem, refused,
            [.. samples.Utterances.Select((u, i) => new Prediction(i, u.Path, Entry(manifest, samples, u)?.Language, HasAudio(u),
                (double)u.StartSample / samples.SampleRate, (double)u.LengthSamples / samples.SampleRate, u.Clusters, u.Masked, u.Predicted,
                u.PredictedProbability, u.TrueProbability))]);
    }

    /// <summary>The crop that the model heard as WAV; null where there is no such utterance, or its audio may not be played.</summary>
    /// <exception cref="UserException">A damaged file.</exception>
    /// <exception cref="AudioElsewhereException">It lies where no audio may come from.</exception>
    public async Task<byte[]?> AudioAsync(RunEntry run, int index, CancellationToken cancellation)
    {
        if (Read(run) is not { } samples
            || index < 0
            || index >= samples.Utterances.Count
            || ManifestOf(run, samples.Split).Manifest is not { } manifest)
            return null;
        var utterance = samples.Utterances[index];
        return Entry(manifest, samples, utterance) is null
            ? null
            : await audio.WavAsync(manifest, utterance.Index, utterance.StartSample, utterance.LengthSamples, cancellation)
                .ConfigureAwait(false);
    }

    public void Dispose() => _samples.Dispose();

    private PredictionSamples? Read(RunEntry run) =>
        run.File(PredictionsFile) is { } path ? _samples.Get(path, (file, _) => PredictionSamples.Read(file)) : null;

    private (Manifest? Manifest, string? Problem) ManifestOf(RunEntry run, string split)
    {
        try
        {
            return (utterances.Manifest(run, split), null);
        }
        catch (UserException e)
        {
            return (null, e.Message);
        }
    }

    private ManifestEntry? Entry(Manifest? manifest, PredictionSamples samples, PredictionSample utterance) =>
        manifest is not null && samples.SampleRate == DecodedAudio.SampleRate && utterance.Index < manifest.Entries.Count
        && manifest.Entries[utterance.Index] is var entry && entry.RelativePath == utterance.Path
        && audio.Takes(entry, utterance.StartSample, utterance.LengthSamples)
            ? entry
            : null;
}

/// <summary>The predictions of one validation.</summary>
/// <param name="FrameSeconds">From one frame of the model to the next.</param>
/// <param name="Problem">Why there is no audio.</param>
/// <param name="Refused">The manifest's root where its audio may not be played; else null.</param>
internal sealed record PredictionPage(
    long Update, string Split, string Label, double FrameSeconds, string? Problem, string? Refused, IReadOnlyList<Prediction> Items);

/// <summary>One utterance's crop: the cluster of every frame, and for the masked ones what the model made of them.</summary>
internal sealed record Prediction(
    int Index, string Path, string? Language, bool HasAudio, double StartSeconds, double Seconds, IReadOnlyList<int> Clusters,
    IReadOnlyList<int> Masked, IReadOnlyList<int> Predicted, IReadOnlyList<float> PredictedProbability,
    IReadOnlyList<float> TrueProbability);
