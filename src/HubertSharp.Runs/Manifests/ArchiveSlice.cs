using System.Globalization;
using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Manifests;

/// <summary>
/// Audio within a zip that stores it without compression, as fairseq's manifests name it: <c>archive.zip:offset:length</c>, or within
/// a <c>.tar</c> or Kaldi's <c>.ark</c>. The offset is that of the recording's own first byte, behind the entry's header.
/// </summary>
/// <param name="Archive">The file, as the path gives it.</param>
/// <param name="Offset">Bytes before the recording.</param>
/// <param name="LengthBytes">Bytes of the recording.</param>
public sealed partial record ArchiveSlice(string Archive, long Offset, long LengthBytes)
{
    /// <summary>What a path names within a zip, a tar or an ark; null for any other path.</summary>
    /// <exception cref="UserException">Something behind <c>.zip:</c>, <c>.tar:</c> or <c>.ark:</c> that is no offset and
    /// length.</exception>
    public static ArchiveSlice? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.Contains(':', StringComparison.Ordinal) || Entry().Match(path) is not { Success: true } found)
            return null;
        return long.TryParse(found.Groups["offset"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && long.TryParse(found.Groups["length"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length > 0 && offset <= long.MaxValue - length && !found.Groups["more"].Success
            ? new ArchiveSlice(found.Groups["archive"].Value, offset, length)
            : throw ManifestFaults.ArchiveEntry(path);
    }

    /// <summary>The file on the disk: the archive of a path into one, else the path itself.</summary>
    public static string FileOf(string path) => Of(path)?.Archive ?? path;

    /// <summary>The same place within the archive at another path.</summary>
    public string In(string archive) => string.Create(CultureInfo.InvariantCulture, $"{archive}:{Offset}:{LengthBytes}");

    // nothing but numbers can follow: a folder named 'x.zip:y' is none of these
    [GeneratedRegex(@"^(?<archive>.*\.(?:zip|tar|ark)):(?<offset>[^:/]*)(:(?<length>[^:/]*))?(?<more>:[^/]*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Entry();
}
