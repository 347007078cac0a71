using System.Collections;
using System.Collections.Concurrent;
using System.Text;
using HubertSharp.Runs.LineIndexes;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Manifests;

/// <summary>
/// The utterances of a manifest too large to be held: a line is read when it is asked for, from any thread, and those after it with it
/// where they are asked for one after the other. Each is checked against the index.
/// </summary>
internal sealed class IndexedEntries(string path, SafeFileHandle source, LineIndex index) : IReadOnlyList<ManifestEntry>
{
    private const int BlockBytes = 1 << 16;
    private const int MostLanguages = 1 << 10; // that are held once for all lines

    private readonly ConcurrentDictionary<string, string> _languages = new(StringComparer.Ordinal);
    private volatile Block _last = new(0, 0, 0, []);

    /// <summary>The lines from one up to another, as they lie in the file.</summary>
    private sealed record Block(int First, int End, long Offset, byte[] Bytes);

    public LineIndex Index => index;

    public int Count => index.Count;

    public ManifestEntry this[int line]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)line, (uint)Count, nameof(line));
            var block = _last;
            if (line < block.First || line >= block.End)
                _last = block = Read(line, line == block.End ? BlockBytes : 0);
            return Entry(block, line);
        }
    }

    public IEnumerator<ManifestEntry> GetEnumerator()
    {
        for (var line = 0; line < Count;)
        {
            var block = Read(line, BlockBytes);
            for (; line < block.End; line++)
                yield return Entry(block, line);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A line, and whole ones after it within so many bytes.</summary>
    private Block Read(int first, int bytes)
    {
        var (start, end) = (index.Offset(first), first + 1);
        while (end < Count && index.Offset(end + 1) - start <= bytes)
            end++;
        var length = index.Offset(end) - start;
        if (length > Math.Max(bytes, Manifest.MaximumLineBytes + BlockBytes))
            throw ManifestFaults.Changed(path, first + 2);
        var read = new byte[length];
        try
        {
            for (var done = 0; done < read.Length;)
            {
                var got = RandomAccess.Read(source, read.AsSpan(done), start + done);
                if (got == 0)
                    throw ManifestFaults.Changed(path, first + 2);
                done += got;
            }
        }
        catch (IOException e)
        {
            throw ManifestFaults.Unreadable(path, e);
        }
        return new Block(first, end, start, read);
    }

    private ManifestEntry Entry(Block block, int line)
    {
        var (from, to) = ((int)(index.Offset(line) - block.Offset), (int)(index.Offset(line + 1) - block.Offset));
        var bytes = ManifestLine.Without(block.Bytes.AsSpan(from..to));
        // an index that fits another text names other places
        if ((line + 1 < Count && block.Bytes[to - 1] != '\n') || bytes.Contains((byte)'\n'))
            throw ManifestFaults.Changed(path, line + 2);
        var entry = ManifestLine.Of(Encoding.UTF8.GetString(bytes), path, line + 2);
        if (entry.LengthSamples != index.Samples(line))
            throw ManifestFaults.Changed(path, line + 2);
        return entry.Language is { } language ? entry with { Language = Shared(language) } : entry;
    }

    private string Shared(string language) => _languages.TryGetValue(language, out var known) ? known
        : _languages.Count < MostLanguages ? _languages.GetOrAdd(language, language) : language;
}
