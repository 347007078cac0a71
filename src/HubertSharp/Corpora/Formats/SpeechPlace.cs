namespace HubertSharp.Corpora.Formats;

/// <summary>Where a corpus is: a folder, or one list or archive in it.</summary>
/// <param name="Root">The folder, absolute, not behind a link.</param>
/// <param name="File">The list or archive that was given in place of the folder, absolute; null for the whole folder.</param>
internal sealed record SpeechPlace(string Root, string? File)
{
    /// <exception cref="Runs.UserException">Neither a folder nor a file that a layout knows.</exception>
    public static SpeechPlace Of(string path)
    {
        if (Directory.Exists(path))
            return new SpeechPlace(Real(path), null);
        if (!System.IO.File.Exists(path) || SpeechFormats.OfFile(path) is null)
            throw CorpusFaults.NoFolder(path);
        var full = Path.GetFullPath(path);
        var root = Real(Path.GetDirectoryName(full)!);
        return new SpeechPlace(root, Path.Combine(root, Path.GetFileName(full)));
    }

    private static string Real(string folder)
    {
        var full = new DirectoryInfo(Path.GetFullPath(folder));
        return full.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full.FullName;
    }
}
