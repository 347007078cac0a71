using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Transcripts;
using HubertSharp.Tensors;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Interop.Native;

/// <summary>Reads a checkpoint folder of ours.</summary>
internal static partial class NativeReader
{
    private const string OptimizerName = CheckpointFiles.Optimizer;

    /// <exception cref="Runs.UserException">Damaged.</exception>
    public static PortableModel Read(string folder, bool withTraining)
    {
        var description = ModelDescription.Read(Path.Combine(folder, ModelDescription.FileName));
        var weights = Path.Combine(folder, HubertCheckpoint.WeightsFileName);
        var tensors = SafetensorsFile.Read(weights).Tensors
            .ToDictionary(t => t.Name, t => StoredTensor.Finite(weights, t.Name, t), StringComparer.Ordinal);
        return new PortableModel(ModelFormat.Native, folder, description, tensors)
        {
            Ctc = NativeCtc.Read(folder),
            Text = TextRules.Find(Path.Combine(folder, TextRules.FileName)),
            Training = Training(folder, description, withTraining),
        };
    }

    private static TrainingState? Training(string folder, ModelDescription description, bool withMoments)
    {
        if (!File.Exists(Path.Combine(folder, CheckpointFiles.State)))
            return null;
        var state = CheckpointStateFile.Read(folder);
        var optimizer = Path.Combine(folder, OptimizerName);
        var (epoch, iterations) = Place(state);
        var training = new TrainingState(state.Update, null, state.OptimizerSteps)
        {
            LayerSkips = state.LayerSkips,
            Epoch = epoch,
            IterationsInEpoch = iterations,
            Seconds = state.TrainingSeconds,
        };
        if (!withMoments || !File.Exists(optimizer))
            return training;
        var file = SafetensorsFile.Read(optimizer);
        var moments = HubertParameters.Of(description.Model, description.Classes).ToDictionary(
            spec => spec.Name, spec => (file[$"exp_avg.{spec.Name}"], file[$"exp_avg_sq.{spec.Name}"]), StringComparer.Ordinal);
        return training with { Moments = moments };
    }

    /// <summary>fairseq counts batches, of which an update takes <c>update_freq</c>; behind an epoch's last the next one begins.</summary>
    private static (int Epoch, long Iterations) Place(CheckpointState state)
    {
        var updates = state.EpochSoFar.TryGetValue("gnorm", out var meter) ? (long)meter[1] : 0;
        if (updates == 0)
            return (state.Update > 0 ? state.Epoch + 1 : Math.Max(1, state.Epoch), 0);
        var frequencies = Number().Matches(state.Fingerprint.Settings.GetValueOrDefault("optimization.update_freq", "1"))
            .Select(match => long.Parse(match.Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(1).ToList();
        return (state.Epoch, updates * frequencies[Math.Clamp(state.Epoch - 1, 0, frequencies.Count - 1)]);
    }

    [GeneratedRegex("[0-9]{1,9}")]
    private static partial Regex Number();
}
