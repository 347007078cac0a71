using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.LineIndexes;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Runs.Labels;

/// <summary>
/// What the check of large label files found, in the cache folder under a name made of all that it depends on: a run of many processes, or
/// one that is started again, does not read hours of labels for each.
/// </summary>
internal sealed class RememberedCheck
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    private RememberedCheck(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null where nothing is large, or something cannot be read.</summary>
    public static RememberedCheck? Of(LabelCheckOptions options, CancellationToken cancellation)
    {
        if (options.OwnClusters is not null || !options.Splits.Any(split => LineIndexMaker.Wants(split.LabelsPath)))
            return null;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            void Add(string? part) => hash.AppendData(Encoding.UTF8.GetBytes($"{part?.Length ?? -1}:{part}\n"));
            Add($"{typeof(LabelCheck).Module.ModuleVersionId}");
            Add(string.Create(CultureInfo.InvariantCulture, $"{options.LabelRate:R} {options.SampleRate}"));
            Add(options.LabelRateSetting);
            Add(options.DictionaryPath);
            Add(options.DictionaryPath is { } dictionary ? FileFingerprint.WholeOf(dictionary) : null);
            var isLarge = false;
            foreach (var split in options.Splits)
            {
                Add(split.Name);
                Add(split.ManifestPath);
                Add(split.LabelsPath);
                var manifest = Manifest.Read(split.ManifestPath, cancellation: cancellation);
                Add(manifest.Root);
                Add(manifest.HashOfUtterances());
                using var labels = LabelFile.Open(split.LabelsPath, cancellation);
                isLarge |= labels.IsIndexed;
                Add(labels.Hash());
                // the audio is looked at every time
                var lengths = options.LengthOf is { } lengthOf
                    ? ManifestLengths.Look(split.ManifestPath, manifest, options.SampleRate, lengthOf, cancellation)
                    : null;
                Add(lengths is null ? null : $"{lengths.Fault}");
            }
            var name = Convert.ToHexStringLower(hash.GetHashAndReset());
            return isLarge
                ? new RememberedCheck(System.IO.Path.Combine(LineIndexMaker.InTests.Value ?? CacheFolder.For("label-checks"),
                    name + ".json"))
                : null;
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return null; // the check itself says what is wrong
        }
    }

    /// <summary>What was found before; null when nothing was, or it is damaged.</summary>
    public LabelReport? TryRead()
    {
        try
        {
            return File.Exists(Path)
                ? JsonSerializer.Deserialize<LabelReport>(RegularFile.ReadAllText(Path, RegularFile.MostOfDescription), s_json)
                : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or UserException or IOException
            or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Remembers a report where that can be.</summary>
    public LabelReport Keep(LabelReport report)
    {
        try
        {
            AtomicFile.WriteAllText(Path, JsonSerializer.Serialize(report, s_json));
        }
        catch (UserException)
        {
            // found once more the next time
        }
        return report;
    }
}
