using HubertSharp.Runs.Files;

namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>Where the results of several recordings go: a file each in a folder. All places are looked at before the work begins.</summary>
internal sealed class ResultFolder
{
    private readonly string _folder, _ending;

    /// <param name="folder">Where they go; made when it is not there.</param>
    /// <param name="names">Of the recordings, without endings.</param>
    /// <param name="ending">Of the files.</param>
    /// <param name="kind">What is there may be replaced when it is one of these.</param>
    /// <param name="force">Replace it.</param>
    /// <exception cref="Runs.UserException">Files that would replace others or each other, or nothing can be written there.</exception>
    public ResultFolder(string folder, IReadOnlyList<string> names, string ending, OutputKind kind, bool force)
    {
        (_folder, _ending) = (folder, ending);
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            throw TokenizerFaults.SeveralOfOneName(twice);
        foreach (var path in names.Select(PlaceOf))
        {
            if (!force && Path.Exists(path))
                throw TokenizerFaults.AlreadyThere(path);
            kind.PlaceOf(path);
        }
    }

    /// <summary>The file of a recording.</summary>
    public string PlaceOf(string name) => Path.Combine(_folder, name + _ending);
}
