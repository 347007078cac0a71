using System.Security.Cryptography;
using System.Text;

namespace HubertSharp.Dashboard.Runs;

/// <summary>A run folder below the dashboard's root.</summary>
/// <param name="Name">Its path below the root with forward slashes; the root's own name where the root is a run.</param>
/// <param name="Folder">Full path.</param>
internal sealed record RunEntry(string Name, string Folder)
{
    /// <summary>Stands for the run in addresses: no path comes from a browser.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)))[..16];

    /// <summary>A file of the run; null when it is not there, or is a link or no regular file.</summary>
    public string? File(string name) => SafePath.File(Folder, name);
}
