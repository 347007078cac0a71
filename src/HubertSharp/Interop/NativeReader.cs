using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Interop;

/// <summary>Reads a checkpoint folder of ours.</summary>
internal static class NativeReader
{
    private const string OptimizerName = "optimizer.safetensors", StateName = "state.json";

    /// <exception cref="Runs.UserException">Damaged.</exception>
    public static PortableModel Read(string folder, bool withTraining)
    {
        var description = ModelDescription.Read(Path.Combine(folder, ModelDescription.FileName));
        var file = SafetensorsFile.Read(Path.Combine(folder, HubertCheckpoint.WeightsFileName));
        return new PortableModel(ModelFormat.Native, folder, description, file.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal))
        {
            Ctc = NativeCtc.Read(folder),
            Training = Training(folder, description, withTraining),
        };
    }

    private static TrainingState? Training(string folder, ModelDescription description, bool withMoments)
    {
        var path = Path.Combine(folder, StateName);
        if (!File.Exists(path))
            return null;
        long updates, steps;
        long[] skips;
        try
        {
            using var state = JsonDocument.Parse(File.ReadAllText(path));
            updates = state.RootElement.GetProperty("update").GetInt64();
            steps = state.RootElement.GetProperty("optimizerSteps").GetInt64();
            skips = [.. state.RootElement.GetProperty("layerSkips").EnumerateArray().Select(skip => skip.GetInt64())];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw ModelFaults.BadDescription(path, Runs.PrintableText.Of(e));
        }
        var optimizer = Path.Combine(folder, OptimizerName);
        if (!withMoments || !File.Exists(optimizer))
            return new TrainingState(updates, null, steps) { LayerSkips = skips };
        var file = SafetensorsFile.Read(optimizer);
        var moments = HubertParameters.Of(description.Model, description.Classes).ToDictionary(
            spec => spec.Name, spec => (file[$"exp_avg.{spec.Name}"], file[$"exp_avg_sq.{spec.Name}"]), StringComparer.Ordinal);
        return new TrainingState(updates, moments, steps) { LayerSkips = skips };
    }
}
