using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>Writes a line index while its text is read; memory is two buffers.</summary>
internal sealed class LineIndexWriter : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly LineIndexKind _kind;
    private readonly IncrementalHash _body = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _records = new byte[BufferBytes];
    private readonly byte[] _text = new byte[BufferBytes];
    private int _filled, _textFilled;

    /// <param name="stream">Empty; the head comes last.</param>
    /// <param name="kind">What is read.</param>
    public LineIndexWriter(Stream stream, LineIndexKind kind)
    {
        (_stream, _kind) = (stream, kind);
        _stream.Write(new byte[LineIndexHead.Bytes]);
    }

    /// <summary>Lines so far.</summary>
    public long Lines { get; private set; }

    /// <summary>What the kind of text says of the whole of it.</summary>
    public int Flags { get; set; }

    /// <summary>Adds a line.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="samples">Of a manifest's line.</param>
    public void Add(long offset, long samples = 0)
    {
        Record(offset, samples);
        Lines++;
    }

    /// <summary>Adds to the hash that the kind of text has of its own.</summary>
    public void AddContent(ReadOnlySpan<byte> bytes)
    {
        if (_textFilled + bytes.Length > _text.Length)
        {
            _content.AppendData(_text.AsSpan(0, _textFilled));
            _textFilled = 0;
        }
        if (bytes.Length > _text.Length)
        {
            _content.AppendData(bytes);
            return;
        }
        bytes.CopyTo(_text.AsSpan(_textFilled));
        _textFilled += bytes.Length;
    }

    /// <summary>Closes the index.</summary>
    /// <param name="end">Where the last line ends.</param>
    /// <param name="stamp">The text before it was read.</param>
    /// <param name="made">When it was begun.</param>
    /// <param name="textHash">SHA-256 of the text.</param>
    /// <param name="sampleHash">SHA-256 of blocks of it.</param>
    public void Finish(long end, FileStamp stamp, long made, byte[] textHash, byte[] sampleHash)
    {
        Record(end, 0);
        Flush();
        _content.AppendData(_text.AsSpan(0, _textFilled));
        var head = new LineIndexHead(_kind, Lines, stamp, made, Flags, textHash, _content.GetHashAndReset(), sampleHash,
            _body.GetHashAndReset());
        _stream.Position = 0;
        _stream.Write(head.ToBytes());
        _stream.Position = _stream.Length;
    }

    private void Record(long offset, long samples)
    {
        if (_filled + (2 * sizeof(long)) > _records.Length)
            Flush();
        MemoryMarshal.Write(_records.AsSpan(_filled), offset);
        _filled += sizeof(long);
        if (_kind != LineIndexKind.Manifest)
            return;
        MemoryMarshal.Write(_records.AsSpan(_filled), samples);
        _filled += sizeof(long);
    }

    private void Flush()
    {
        _body.AppendData(_records.AsSpan(0, _filled));
        _stream.Write(_records.AsSpan(0, _filled));
        _filled = 0;
    }

    public void Dispose()
    {
        _body.Dispose();
        _content.Dispose();
    }
}
