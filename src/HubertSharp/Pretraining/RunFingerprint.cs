using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Pretraining;

/// <summary>
/// What must be the same for a run to go on from its checkpoints: model, data and everything that decides which samples an update
/// sees. Learning rates, lengths of the run and logging may change.
/// </summary>
internal static class RunFingerprint
{
    public static IReadOnlyDictionary<string, string> Of(HubertConfig config, PretrainingData train, IReadOnlyList<int> classes) => new Dictionary<string, string>
    {
        ["model settings"] = Hash(JsonSerializer.Serialize(config.Model)),
        ["classes"] = string.Join(",", classes),
        ["task.labels"] = string.Join(",", config.Task.Labels),
        ["task.label_rate"] = $"{config.Task.LabelRate:R}",
        ["task.max_sample_size"] = $"{config.Task.MaxSampleSize}",
        ["task.min_sample_size"] = $"{config.Task.MinSampleSize}",
        ["task.random_crop"] = $"{config.Task.RandomCrop}",
        ["task.pad_audio"] = $"{config.Task.PadAudio}",
        ["task.normalize"] = $"{config.Task.Normalize}",
        ["common.seed"] = $"{config.Common.Seed}",
        ["dataset.max_tokens"] = $"{config.Dataset.MaxTokens}",
        ["dataset.batch_size"] = $"{config.Dataset.BatchSize}",
        ["optimization.update_freq"] = string.Join(",", config.Optimization.UpdateFreq),
        ["manifest"] = Hash(string.Join('\n', train.Manifest.Entries.Select(e => $"{e.RelativePath}\t{e.LengthSamples}"))),
        ["label files"] = string.Join(",", config.Task.Labels.Select(l => HashFile(PretrainingData.LabelPath(config.Task, config.Dataset.TrainSubset, l)))),
    };

    /// <exception cref="Runs.UserException">Something differs; all differences are named.</exception>
    public static void Verify(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> now, string runFolder)
    {
        string[] changed = [.. now.Keys.Where(k => !saved.TryGetValue(k, out var value) || value != now[k])];
        if (changed.Length == 0)
            return;
        string Show(IReadOnlyDictionary<string, string> values) => string.Join(", ", changed.Select(k => values.GetValueOrDefault(k, "nothing")));
        throw PretrainingFaults.ChangedRun(runFolder, string.Join(", ", changed), Show(saved), Show(now));
    }

    private static string Hash(string text) => Short(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string HashFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Short(SHA256.HashData(stream));
    }

    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash)[..16];
}
