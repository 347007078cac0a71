using System.Collections;
using System.Text;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// Files of a corpus in ordinal order of their paths, packed: each takes what its texts take and some dozen bytes, so that millions fit
/// where objects would not. Reading one makes it anew.
/// </summary>
internal sealed class SpeechFiles : IReadOnlyList<SpeechFile>
{
    private readonly PackedBytes _records = new();
    private readonly List<string> _names = []; // of parts, languages and speakers, which are few beside the files
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private long[] _places;
    private int _rootBytes; // at the beginning of each path, and of no more interest

    private SpeechFiles(IEnumerable<SpeechFile> files)
    {
        _places = new long[1024];
        var record = new MemoryStream();
        using (var writer = new BinaryWriter(record, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var file in files)
            {
                record.SetLength(0);
                Pack(file, writer);
                writer.Flush();
                if (Count == _places.Length)
                    Array.Resize(ref _places, _places.Length * 2);
                _places[Count++] = _records.Keep(record.GetBuffer().AsSpan(0, (int)record.Length));
            }
        }
        _numbers.Clear();
        Array.Resize(ref _places, Count);
    }

    public int Count { get; private set; }

    public SpeechFile this[int index]
    {
        get
        {
            var (bytes, start) = _records.At(_places[index]);
            using var reader = new BinaryReader(new MemoryStream(bytes, start, bytes.Length - start), Encoding.UTF8);
            var path = Encoding.UTF8.GetString(reader.ReadBytes(reader.Read7BitEncodedInt()).AsSpan(_rootBytes));
            var parts = (Parts)reader.ReadByte();
            string? Name(Parts part) => parts.HasFlag(part) ? _names[reader.Read7BitEncodedInt()] : null;
            return new SpeechFile(path, parts.HasFlag(Parts.Transcript) ? reader.ReadString() : null, Name(Parts.Split),
                Name(Parts.Language), Name(Parts.Speaker))
            {
                ToldSeconds = parts.HasFlag(Parts.Told) ? reader.ReadDouble() : null,
            };
        }
    }

    /// <summary>Takes files in as they come.</summary>
    /// <param name="files">The files.</param>
    /// <param name="isDistinct">Of two with the same path the first is taken.</param>
    public static SpeechFiles Of(IEnumerable<SpeechFile> files, bool isDistinct = false)
    {
        var packed = new SpeechFiles(files);
        var isSorted = true;
        for (var i = 1; i < packed.Count && isSorted; i++)
            isSorted = packed.Compare(packed._places[i - 1], packed._places[i]) <= 0;
        if (!isSorted)
        {
            // where two have the same path, the one that came first is the first
            Array.Sort(packed._places, (a, b) => packed.Compare(a, b) is var order and not 0 ? order : a.CompareTo(b));
        }
        if (isDistinct)
            packed.LeaveOutTwins();
        return packed;
    }

    /// <summary>The innermost folder that has all of them, of absolute paths, which are relative to it from now on.</summary>
    public string TakeRoot()
    {
        // what the first and the last of sorted paths begin with, all of them do
        var (root, last) = (Path.GetDirectoryName(this[0].RelativePath)!, this[Count - 1].RelativePath);
        while (root.Length > 1 && !last.StartsWith(root + "/", StringComparison.Ordinal))
            root = Path.GetDirectoryName(root)!;
        _rootBytes = Encoding.UTF8.GetByteCount(root.Length > 1 ? root + "/" : root);
        return root;
    }

    /// <summary>Whether a file has this path.</summary>
    public bool Contains(string path) => IndexOf(Encoding.UTF8.GetBytes(path)) >= 0;

    /// <summary>The place of a path in UTF-8; -1 where no file has it.</summary>
    public int IndexOf(ReadOnlySpan<byte> path)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = Compare(PathBytes(middle), path);
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return -1;
    }

    /// <summary>A path in UTF-8.</summary>
    public ReadOnlySpan<byte> PathBytes(int index) => PathAt(_places[index]);

    public IEnumerator<SpeechFile> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Orders UTF-8 as the ordinal order of .NET's texts does, in which what lies beyond U+FFFF comes before U+E000.</summary>
    internal static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
            return a.Length - b.Length;
        var (first, second) = (a[same], b[same]);
        return first >= 0xEE && second >= 0xEE && (first >= 0xF0) != (second >= 0xF0) ? second - first : first - second;
    }

    private int Compare(long a, long b) => Compare(PathAt(a), PathAt(b));

    private ReadOnlySpan<byte> PathAt(long place) => _records.TextAt(place)[_rootBytes..];

    private void LeaveOutTwins()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (i == 0 || Compare(_places[kept - 1], _places[i]) != 0)
                _places[kept++] = _places[i];
        }
        Count = kept;
        Array.Resize(ref _places, kept);
    }

    private void Pack(SpeechFile file, BinaryWriter writer)
    {
        var path = Encoding.UTF8.GetBytes(file.RelativePath);
        writer.Write7BitEncodedInt(path.Length);
        writer.Write(path);
        writer.Write((byte)((file.Transcript is null ? 0 : Parts.Transcript) | (file.Split is null ? 0 : Parts.Split)
            | (file.Language is null ? 0 : Parts.Language) | (file.Speaker is null ? 0 : Parts.Speaker)
            | (file.ToldSeconds is null ? 0 : Parts.Told)));
        if (file.Transcript is { } transcript)
            writer.Write(transcript);
        foreach (var name in (ReadOnlySpan<string?>)[file.Split, file.Language, file.Speaker])
        {
            if (name is not null)
                writer.Write7BitEncodedInt(NumberOf(name));
        }
        if (file.ToldSeconds is { } told)
            writer.Write(told);
    }

    private int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out var number))
        {
            _numbers[name] = number = _names.Count;
            _names.Add(name);
        }
        return number;
    }

    [Flags]
    private enum Parts : byte
    {
        Transcript = 1,
        Split = 2,
        Language = 4,
        Speaker = 8,
        Told = 16,
    }
}
