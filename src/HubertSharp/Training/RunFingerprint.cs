using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Files;
using HubertSharp.Tensors;
using TorchSharp;

namespace HubertSharp.Training;

/// <summary>
/// What a checkpoint was trained with. For a run to go on from it, the model, the data, and everything that decides which samples an
/// update sees must be the same; learning rates and the like may change and are told of; a run's length and its logging are free.
/// </summary>
/// <param name="Settings">Configuration key → value as YAML.</param>
/// <param name="Data">File of the training split → its size and its hash.</param>
/// <param name="Machine">What decides the last bits: device, precision, threads.</param>
internal sealed record RunFingerprint(
    IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Data, IReadOnlyDictionary<string, string> Machine)
{
    private const string UpdateFreq = "optimization.update_freq";

    private static readonly string[] Fixed =
    [
        "common.seed", "task.labels", "task.label_rate", "task.sample_rate", "task.normalize", "task.max_keep_size", "task.max_sample_size",
        "task.min_sample_size", "task.random_crop", "task.pad_audio", "dataset.max_tokens", "dataset.batch_size",
        "dataset.required_batch_size_multiple", "dataset.curriculum", "dataset.language_temperature", UpdateFreq,
        "optimization.skip_remainder_batch", "task.segment_size", "task.parity",
    ];

    private static readonly string[] ToldOf = ["criterion.", "optimization.", "optimizer.", "lr_scheduler."];

    /// <summary>Of the model's keys those that change no number: a pre-trained model may have moved since the run began.</summary>
    private static bool IsFixed(string key) => Fixed.Contains(key)
        || (key.StartsWith("model.", StringComparison.Ordinal) && key is not ("model.checkpoint_activations" or "model.w2v_path"));

    /// <param name="config">The run's.</param>
    /// <param name="data">File of the training split → its size and its hash.</param>
    /// <param name="precision">What it computes in.</param>
    /// <param name="processes">How many share an update: with another number and as many micro-batches the data come in the same order.
    /// </param>
    public static RunFingerprint Of(
        ResolvedConfig config, IReadOnlyDictionary<string, string> data, ComputePrecision precision, int processes = 1)
    {
        string Value(ConfigEntry entry) => processes > 1 && entry.Key == UpdateFreq
            ? $"[{string.Join(", ", config.Shared.Optimization.UpdateFreq.Select(f => f * processes))}]"
            : entry.Value;
        return new RunFingerprint(
            config.Entries.Where(e => IsFixed(e.Key) || ToldOf.Any(t => e.Key.StartsWith(t, StringComparison.Ordinal)))
                .ToDictionary(e => e.Key, Value),
            data,
            new Dictionary<string, string>
            {
                ["device"] = PrecisionChoice.Device(config.Shared.Common).ToString(),
                ["precision"] = precision.ToString(),
                ["threads"] = torch.get_num_threads().ToString(CultureInfo.InvariantCulture),
            });
    }

    /// <summary>Compares a checkpoint's fingerprint with that of the run that wants to go on from it.</summary>
    /// <param name="saved">The checkpoint's.</param>
    /// <param name="runFolder">For the message.</param>
    /// <param name="notice">Told of what may differ and does.</param>
    /// <exception cref="Runs.UserException">Something differs that must not; all of it is named.</exception>
    public void Verify(RunFingerprint saved, string runFolder, Action<string> notice)
    {
        var settings = Changed(saved.Settings, Settings);
        if (settings.Where(IsFixed).ToArray() is { Length: > 0 } broken)
            throw TrainingFaults.ChangedConfiguration(runFolder, Show(broken, saved.Settings, "="), Show(broken, Settings, "="),
                broken.Contains(UpdateFreq));
        if (Changed(saved.Data, Data) is { Length: > 0 } files)
            throw TrainingFaults.ChangedData(runFolder, Show(files, saved.Data, " of "), Show(files, Data, " of "));
        if (settings.Length > 0)
            notice($"going on with another {Show(settings, Settings, "=")} (before: {Show(settings, saved.Settings, "=")})");
        if (Changed(saved.Machine, Machine) is { Length: > 0 } machine)
            notice($"warning: going on with {Show(machine, Machine, " ")} (before: {Show(machine, saved.Machine, " ")}): "
                + $"the metrics will differ in their last digits from those of an undisturbed run");
    }

    /// <summary>What must be the same and is not, as it was and as it is; null when nothing is.</summary>
    public (string Before, string Now)? Broken(RunFingerprint saved)
    {
        if (Changed(saved.Settings, Settings).Where(IsFixed).ToArray() is { Length: > 0 } settings)
            return (Show(settings, saved.Settings, "="), Show(settings, Settings, "="));
        return Changed(saved.Data, Data) is { Length: > 0 } files ? (Show(files, saved.Data, " of "), Show(files, Data, " of ")) : null;
    }

    /// <summary>What may differ and does, but for some keys; null when nothing does.</summary>
    public (string Before, string Now)? Told(RunFingerprint saved, IEnumerable<string> except) =>
        Changed(saved.Settings, Settings).Where(key => !IsFixed(key)).Except(except).ToArray() is { Length: > 0 } keys
            ? (Show(keys, saved.Settings, "="), Show(keys, Settings, "="))
            : null;

    // a key that only one of them has came or went with a version of this program
    private static string[] Changed(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> now) =>
        [.. now.Keys.Intersect(saved.Keys).Where(key => saved.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal)];

    private static string Show(string[] keys, IReadOnlyDictionary<string, string> values, string link) =>
        string.Join(", ", keys.Select(key => values.TryGetValue(key, out var value) ? $"{key}{link}{value}" : $"no {key}"));

    /// <summary>A text of the data, in one word.</summary>
    public static string Hash(string text) => Short(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>A file of the data, in one word.</summary>
    public static string HashFile(string path) => Short(FileFingerprint.WholeOf(path));

    /// <summary>A SHA-256 of the data, in one word.</summary>
    public static string Short(string hash) => $"SHA-256 {hash[..12]}";
}
