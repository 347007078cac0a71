using System.Text.RegularExpressions;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>One speaker whose recordings a Debian package holds.</summary>
/// <param name="Speaker">Name within the corpus: small letters, digits, hyphens.</param>
/// <param name="Language">ISO 639-1.</param>
/// <param name="Package">Debian's package.</param>
/// <param name="Folder">Where the recordings lie in it.</param>
/// <param name="Files">Expression that the file's path below the folder matches; the group is the recording's name.</param>
/// <param name="Rights">Who recorded it and under which licence, for LICENSES.md.</param>
internal sealed record PackagedVoice(string Speaker, string Language, string Package, string Folder, string Files, string Rights)
{
    /// <summary>How the files are coded, where they have no header.</summary>
    public RawCodec? Codec { get; init; }

    /// <summary>The package with what is said, where there is one.</summary>
    public string? TextPackage { get; init; }

    /// <summary>Recorded for the telephone, at 8 kHz.</summary>
    public bool IsNarrowBand { get; init; }

    /// <summary>Packages to fetch.</summary>
    public IEnumerable<string> Packages => TextPackage is null ? [Package] : [Package, TextPackage];

    /// <summary>
    /// Path and name of each recording, in ordinal order of the names; a recording that stands there twice is taken once.
    /// </summary>
    /// <exception cref="Runs.UserException">None.</exception>
    public IReadOnlyList<(string Path, string Name)> Find(Func<string, string> unpackedOf)
    {
        var unpacked = unpackedOf(Package);
        var folder = Path.Combine(unpacked, Folder);
        if (!Directory.Exists(folder))
            throw CorpusFaults.PackageLacks(unpacked, $"recordings of {Speaker}");
        var expression = new Regex(Files, RegexOptions.CultureInvariant);
        var seen = new HashSet<string>();
        var found = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Match: expression.Match(Path.GetRelativePath(folder, path))))
            .Where(file => file.Match.Success && !IsNoSpeech(file.Match.Groups[1].Value))
            .Select(file => (file.Path, Name: file.Match.Groups[1].Value))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Where(file => seen.Add(FileFingerprint.WholeOf(file.Path)))
            .ToArray();
        return found.Length > 0 ? found : throw CorpusFaults.PackageLacks(unpacked, $"recordings of {Speaker}");
    }

    // Signals and pauses among Asterisk's prompts.
    private static bool IsNoSpeech(string name) =>
        name.StartsWith("silence/", StringComparison.Ordinal)
            || name is "beep" or "beeperr" or "ascending-2tone" or "descending-2tone" or "tt-monkeys" or "tt-weasels" or "confbridge-join"
                or "confbridge-leave";
}
