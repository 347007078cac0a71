using System.Globalization;
using HubertSharp.Models;
using HubertSharp.Models.Mel;
using HubertSharp.Runs.Configuration.Groups;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>
/// What a log-mel front end normalises by, measured before the first update of a new run on what its first updates hear. A pure function
/// of the batches, so that a run that was stopped before its first checkpoint measures the same once more.
/// </summary>
internal static class CorpusEnergies
{
    private const double MostSeconds = 600;

    /// <summary>Measures, and sets the model's buffers; does nothing where the front end has none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batches">The first batches of the run.</param>
    /// <param name="notice">Told what was found.</param>
    public static void Measure(HubertModel model, IEnumerable<PretrainingBatch> batches, Action<string> notice)
    {
        if (model.Config.Frontend == Frontends.Waveform)
            return;
        using var statistics = new MelStatistics(model.Config);
        var seconds = 0.0;
        foreach (var batch in batches)
        {
            statistics.Add(batch.Batch);
            seconds += (double)batch.AudioSamples / model.Task.SampleRate;
            if (seconds >= MostSeconds)
                break;
        }
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        model.Buffers[HubertBuffers.MelMean].copy_(tensor(statistics.Mean));
        model.Buffers[HubertBuffers.MelDeviation].copy_(tensor(statistics.Deviation));
        notice(string.Create(CultureInfo.InvariantCulture,
            $"log-mel energies over {seconds / 60:0.0} min of the training split: mean {statistics.Mean.Average():0.00}, "
            + $"deviation {statistics.Deviation.Average():0.00}; the model keeps them per filter"));
    }
}
