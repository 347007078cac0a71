using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>Debian packages, downloaded and unpacked into a cache folder without being installed and without root.</summary>
internal sealed class DebianPackages(string folder, IReadOnlyList<string> packages)
{
    private static readonly string[] Options =
    [
        "-q", "-o", "Acquire::http::Timeout=30", "-o", "Acquire::https::Timeout=30", "-o", "Acquire::Retries=2",
    ];

    /// <summary>The folder with each package's files, by the package's name; fetches what is not there yet.</summary>
    /// <exception cref="Runs.UserException">No apt, no such package, no network, or a damaged package.</exception>
    public IReadOnlyDictionary<string, string> Fetch(CancellationToken cancellation) =>
        packages.Distinct().ToDictionary(package => package, package => Fetch(package, cancellation));

    private string Fetch(string package, CancellationToken cancellation)
    {
        var done = Path.Combine(folder, package);
        if (UnpackedFolder.IsWhole(done))
            return UnpackedFolder.FilesOf(done);
        Directory.CreateDirectory(folder);
        var file = Downloaded(package, cancellation);
        // Unpacked beside its place and renamed into it, with the list of its files.
        using var work = WorkFolder.In(folder, package);
        var partial = work.FullName;
        var place = Directory.CreateDirectory(UnpackedFolder.FilesOf(partial)).FullName;
        var result = ChildProcess.Run("dpkg-deb", ["-x", file, place], folder, cancellation)
            ?? throw CorpusFaults.ProgramMissing("dpkg-deb", "dpkg");
        if (result.ExitCode != 0)
            throw CorpusFaults.PackageDamaged(file, result.Reason);
        UnpackedFolder.Seal(partial);
        if (UnpackedFolder.IsWhole(done)) // another process was faster
            return UnpackedFolder.FilesOf(done);
        AtomicFolder.Place(partial, done, () =>
        {
            if (Path.Exists(done)) // damaged, changed by somebody, or of a version that kept no list
                Owned.MoveAside(done);
        });
        return UnpackedFolder.FilesOf(done);
    }

    private string Downloaded(string package, CancellationToken cancellation)
    {
        if (Find(folder, package) is { } there)
            return there;
        // apt writes into a folder of its own, so that a cut download is never taken for a package.
        using var work = WorkFolder.In(folder, "download");
        var download = work.FullName;
        var result = ChildProcess.Run("apt-get", [.. Options, "download", package], download, cancellation)
            ?? throw CorpusFaults.NoApt(folder, packages);
        if (result.ExitCode != 0 || Find(download, package) is not { } file)
            throw IsUnknown(result.Output) ? CorpusFaults.NoPackage(result.Reason) : CorpusFaults.DownloadFailed(folder, result.Reason);
        var place = Path.Combine(folder, Path.GetFileName(file));
        Owned.Publish(file, place);
        return place;
    }

    private static string? Find(string folder, string package) =>
        Directory.GetFiles(folder, $"{package}_*.deb").Order(StringComparer.Ordinal).LastOrDefault();

    private static bool IsUnknown(string output) =>
        new[] { "Unable to locate package", "no installation candidate", "Can't find a source", "No packages found" }
            .Any(words => output.Contains(words, StringComparison.Ordinal));
}
