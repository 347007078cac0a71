using System.Globalization;
using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

// N masked frames of a row, C classes.

/// <summary>
/// Writes what the model predicts under the masks of the first validation utterances (<c>common.sample_predictions</c>), for the
/// dashboard. It has a pass of its own without dropouts or gradients, one row at a time with the crops and masks of the
/// validation, so that it changes no number of the run.
/// </summary>
/// <param name="model">The model that is trained.</param>
/// <param name="valid">The validation split.</param>
/// <param name="split">Its name.</param>
/// <param name="batches">Its first batches, as <paramref name="collate"/> numbers them.</param>
/// <param name="count">Utterances to write.</param>
/// <param name="collate">Crops of one validation batch.</param>
/// <param name="maskSeed">Seed of the masks of one validation batch.</param>
/// <param name="path">The file.</param>
internal sealed class ValidationSamples(
    HubertModel model, PretrainingData valid, string split, int batches, int count, Func<long, PretrainingBatch> collate,
    Func<long, ulong> maskSeed, string path)
{
    /// <summary>Predicts and writes.</summary>
    /// <param name="update">Updates that the model has.</param>
    /// <param name="notice">Told when the file cannot be written: no reason to stop a training.</param>
    public void Write(long update, Action<string> notice)
    {
        using var noGradients = no_grad();
        var rows = Rows().Select(Predict).ToList();
        try
        {
            var task = model.Task;
            new PredictionSamples(update, split, task.Labels[0], task.LabelRate, task.SampleRate, model.Alignment.StrideSamples, rows)
                .Write(path);
        }
        catch (UserException e)
        {
            notice($"warning: {e.Message}");
        }
    }

    // every row as wide as in its batch and with the mask that it has there
    private IEnumerable<SampledRow> Rows()
    {
        var left = count;
        for (var i = 0; i < batches && left > 0; i++)
        {
            var batch = collate(i);
            var masked = BatchFrames.DrawMasks(model, batch.Batch, maskSeed(i));
            for (var row = 0; row < masked.Rows && left > 0; row++, left--)
                yield return new SampledRow(masked.RowAlone(row), batch.Utterances[row], batch.Starts[row], maskSeed(i));
        }
    }

    private PredictionSample Predict(SampledRow row)
    {
        using var scope = NewDisposeScope();
        var step = new StepContext(Training: false, row.Seed, ScoreUnmasked: false);
        var plan = BatchFrames.Of(model, row.Batch, row.Seed);
        var encoded = model.Encoder.Encode(row.Batch, plan, step, out _); // [1, T, D]
        var logits = model.Logits(encoded.reshape(-1, encoded.shape[2]), plan.Masked)[0]; // [N, C]
        var targets = plan.Masked.Targets[0]; // [N]
        var probabilities = nn.functional.softmax(logits, 1); // [N, C]
        var (predicted, best) = targets.shape[0] == 0 ? (probabilities.sum(1), targets) : probabilities.max(1); // [N], [N]
        var own = probabilities.gather(1, targets.unsqueeze(1)).squeeze(1); // [N]
        return new PredictionSample(
            row.Utterance, valid.Manifest.Entries[row.Utterance].RelativePath, row.Start, row.Batch.LengthsSamples[0], Clusters(row.Batch),
            [.. Values<long>(plan.Masked.Positions).Select(p => (int)p)], [.. Values<long>(best).Select(Cluster)],
            [.. Values<float>(predicted).Select(Rounded)], [.. Values<float>(own).Select(Rounded)]);
    }

    private int[] Clusters(HubertBatch row)
    {
        var frames = FrameAlignment.ValidFrames(row.SamplesPerRow, row.LengthsSamples[0], model.FramesOf(row));
        return [.. Enumerable.Range(0, frames).Select(t => Cluster(row.Targets[0][model.Alignment.TargetIndex(t)]))];
    }

    private int Cluster(long label) =>
        int.TryParse(valid.Dictionaries[0].Symbols[(int)label], NumberStyles.None, CultureInfo.InvariantCulture, out var cluster)
            ? cluster
            : -1;

    private static T[] Values<T>(Tensor tensor)
        where T : unmanaged => tensor.cpu().contiguous().data<T>().ToArray();

    // four digits: enough to look at
    private static float Rounded(float probability) =>
        float.IsFinite(probability)
            ? float.Parse(probability.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : 0;

    private sealed record SampledRow(HubertBatch Batch, int Utterance, long Start, ulong Seed);
}
