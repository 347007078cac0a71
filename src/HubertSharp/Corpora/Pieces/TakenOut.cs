using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Pieces;

/// <summary>
/// Recordings that lie within other files (archives, tables) become files of their own in <c>audio/</c>, byte for byte as they were. One
/// that is there with the same bytes stays; another under its name is kept under another.
/// </summary>
internal sealed class TakenOut(string output)
{
    /// <summary>No recording within a file is taken that is larger; it is held in memory.</summary>
    public const long MostBytes = 512 << 20;

    private readonly PieceNames _names = new();
    private readonly List<(string File, string Source)> _made = [];

    /// <summary>Where the recordings are.</summary>
    public string Folder { get; } = Path.Combine(output, CorpusFolder.Audio);

    /// <summary>Gives a recording its place.</summary>
    /// <param name="name">Of the recording; what cannot be a file's name in it is replaced.</param>
    /// <param name="ending">With its dot: what kind of audio it is.</param>
    /// <param name="bytes">The recording.</param>
    /// <param name="source">The file that it was in.</param>
    /// <returns>The path below <see cref="Folder"/>.</returns>
    /// <exception cref="UserException">The disk is full or cannot be written.</exception>
    public string Put(string name, string ending, ReadOnlyMemory<byte> bytes, string source)
    {
        var relative = _names.Take(name, ending);
        var place = Path.Combine(Folder, relative);
        if (Path.Exists(place) && !IsSame(place, bytes.Span))
            Owned.MoveAside(place);
        if (!File.Exists(place))
            AtomicFile.Write(place, stream => stream.Write(bytes.Span));
        _made.Add((relative, source));
        return relative;
    }

    /// <summary>Writes down where all of them are from.</summary>
    public void List()
    {
        if (_made.Count > 0)
            PieceTable.Add(output, _made);
    }

    private static bool IsSame(string place, ReadOnlySpan<byte> bytes)
    {
        if (new FileInfo(place) is not { Exists: true, LinkTarget: null } file || file.Length != bytes.Length)
            return false;
        using var stream = RegularFile.OpenRead(place, bufferSize: 0);
        var block = new byte[1 << 16];
        for (int read; (read = stream.Read(block)) > 0; bytes = bytes[read..])
        {
            if (read > bytes.Length || !bytes[..read].SequenceEqual(block.AsSpan(0, read)))
                return false;
        }
        return bytes.IsEmpty;
    }
}
