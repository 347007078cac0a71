using System.Security.Cryptography;
using HubertSharp.Models;
using HubertSharp.Runs;

namespace HubertSharp.Features;

/// <summary>Finds the checkpoint that a user means by a folder.</summary>
public static class ModelFolder
{
    /// <summary>A checkpoint folder itself; of a run folder (or its <c>checkpoints</c>) the last checkpoint.</summary>
    /// <exception cref="UserException">Neither of them.</exception>
    public static string Resolve(string path)
    {
        foreach (var folder in new[] { path, Path.Combine(path, "checkpoints") })
        {
            var last = Path.Combine(folder, "checkpoint_last");
            var newest = Directory.Exists(folder) ? Directory.GetDirectories(folder, "update_*").Order(StringComparer.Ordinal).LastOrDefault() : null;
            foreach (var candidate in new[] { folder, last, newest })
            {
                if (candidate is not null && File.Exists(Path.Combine(candidate, HubertCheckpoint.WeightsFileName)))
                    return candidate;
            }
        }
        throw HubertFeatureFaults.NoCheckpoint(path);
    }

    /// <summary>SHA-256 of the weights, in lower-case hexadecimal digits.</summary>
    public static string Hash(string folder)
    {
        using var weights = File.OpenRead(Path.Combine(folder, HubertCheckpoint.WeightsFileName));
        return Convert.ToHexStringLower(SHA256.HashData(weights));
    }
}
