using System.Security.Cryptography;
using System.Text;

namespace HubertSharp.Dashboard.Runs;

/// <summary>A run folder below the dashboard's root.</summary>
/// <param name="Id">Stands for the run in addresses: no path comes from a browser.</param>
/// <param name="Name">
/// Its path below the root with forward slashes, control characters made visible; the root's own name where the root is a run.
/// </param>
/// <param name="Folder">Full path.</param>
internal sealed record RunEntry(string Id, string Name, string Folder)
{
    public static RunEntry At(string root, string folder)
    {
        var name = folder != root ? Path.GetRelativePath(root, folder).Replace('\\', '/')
            : Path.GetFileName(Path.TrimEndingDirectorySeparator(root)) is { Length: > 0 } last ? last
            : "run";
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
        return new RunEntry(id, string.Concat(name.Select(c => char.IsControl(c) ? '?' : c)), folder);
    }

    /// <summary>A file of the run; null when it is not there, or is a link or no regular file.</summary>
    public string? File(string name) => SafePath.File(Folder, name);
}
