using System.Collections;
using System.Text;

namespace HubertSharp.Corpora.Formats.Tables;

/// <summary>
/// The audio files of a folder by what tables call them: the path below the folder or below the table's own, with or without the
/// ending, or the name alone where only one file has it. What lies elsewhere cannot be found.
/// </summary>
/// <remarks>Packed: a file takes its path and some forty bytes.</remarks>
internal sealed class AudioIndex
{
    private readonly SpeechFiles _files;
    private readonly PackedSlots _stems; // paths without their endings
    private readonly PackedSlots _names; // twice the file's number for its name, and one more for the name without its ending
    private readonly BitArray _areSeveral; // names that more than one file has

    public AudioIndex(IEnumerable<string> paths)
    {
        _files = SpeechFiles.Of(paths.Select(path => new SpeechFile(path)));
        _stems = new PackedSlots(number => Stem(_files.PathBytes(number)));
        _names = new PackedSlots(NameAt);
        _areSeveral = new BitArray(2 * _files.Count);
        for (var i = 0; i < _files.Count; i++)
        {
            if (_stems.Find(Stem(_files.PathBytes(i))) < 0)
                _stems.Add(i);
            AddName(2 * i);
            AddName((2 * i) + 1);
        }
    }

    public int Count => _files.Count;

    /// <summary>A path below the folder; files stand in the ordinal order of their paths.</summary>
    public string this[int number] => _files[number].RelativePath;

    /// <summary>The number of the file, or null where there is no such file or several.</summary>
    public int? Find(string name, string below, string root)
    {
        name = name.Replace('\\', '/');
        if (name.Contains('\0', StringComparison.Ordinal))
            return null;
        var path = Path.GetRelativePath(root, Path.GetFullPath(name, root));
        return (below.Length == 0 ? null : OfPath($"{below}/{path}")) ?? OfPath(path) ?? OfName(Path.GetFileName(name))
            ?? OfAnotherEnding(name);
    }

    private int? OfPath(string path)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(path);
        var found = _files.IndexOf(bytes) is >= 0 and var whole ? whole : _stems.Find(bytes);
        return found >= 0 ? found : null;
    }

    private int? OfName(string name) =>
        _names.Find(Encoding.UTF8.GetBytes(name)) is >= 0 and var number && !_areSeveral[number] ? number / 2 : null;

    // recordings that were converted; an id such as b.1 has no ending
    private int? OfAnotherEnding(string name) =>
        Path.GetExtension(name).Any(char.IsLetter) ? OfName(Path.GetFileNameWithoutExtension(name)) : null;

    private void AddName(int number)
    {
        var other = _names.Find(NameAt(number));
        if (other < 0)
            _names.Add(number);
        else if (other / 2 != number / 2)
            _areSeveral[other] = true;
    }

    private ReadOnlySpan<byte> NameAt(int number)
    {
        var path = _files.PathBytes(number / 2);
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        return number % 2 == 0 ? name : Stem(name);
    }

    private static ReadOnlySpan<byte> Stem(ReadOnlySpan<byte> path) =>
        path.LastIndexOf((byte)'.') is var dot && dot > path.LastIndexOf((byte)'/') ? path[..dot] : path;
}
