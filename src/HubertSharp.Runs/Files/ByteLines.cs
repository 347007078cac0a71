namespace HubertSharp.Runs.Files;

/// <summary>Streams the lines of a file as bytes, one at a time; memory is one line, and that is bounded.</summary>
public sealed class ByteLines : IDisposable
{
    private readonly Stream _stream;
    private readonly string _path;
    private readonly int _maximumLineBytes;
    private readonly bool _passesOverLong;
    private readonly CancellationToken _cancellation;
    private byte[] _buffer;
    private int _start; // of the unread bytes in the buffer
    private int _end;
    private int _currentStart;
    private int _current; // length of the current line, without its ending

    /// <param name="passOverLong">A line above the maximum is empty and <see cref="IsTooLong"/>; otherwise it is a fault.</param>
    /// <param name="cancellation">Asked at every buffer.</param>
    /// <exception cref="UserException">The file is missing, is no regular one, or cannot be opened.</exception>
    public ByteLines(
        string path, int maximumLineBytes, int bufferBytes = 1 << 16, bool passOverLong = false, CancellationToken cancellation = default)
        : this(Opened(path), path, maximumLineBytes, bufferBytes, passOverLong, cancellation)
    {
    }

    /// <summary>The same of a stream that is open already: of what is unpacked on the way, or comes in from outside.</summary>
    /// <param name="stream">The bytes; closed with the lines.</param>
    /// <param name="path">What messages call it.</param>
    public ByteLines(
        Stream stream, string path, int maximumLineBytes, int bufferBytes = 1 << 16, bool passOverLong = false,
        CancellationToken cancellation = default)
    {
        _stream = stream;
        _path = path;
        _maximumLineBytes = maximumLineBytes;
        _passesOverLong = passOverLong;
        _cancellation = cancellation;
        _buffer = new byte[bufferBytes];
    }

    /// <summary>1-based number of the current line.</summary>
    public long Number { get; private set; }

    /// <summary>Where the current line begins in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the next line begins.</summary>
    public long NextOffset { get; private set; }

    /// <summary>The current line; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan(_currentStart, _current);

    /// <summary>The current line is above the maximum and was not kept.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>A newline ends the current line.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Goes to the next line; a last line without an end counts when it holds anything.</summary>
    /// <exception cref="UserException">A line above the maximum, or the file cannot be read.</exception>
    public bool MoveNext()
    {
        if (NextOffset == 0)
            PassOverMark();
        var searched = 0;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var newline = unread[searched..].IndexOf((byte)'\n');
            if ((newline >= 0 ? searched + newline : unread.Length) > _maximumLineBytes)
                return _passesOverLong ? PassOver() : throw TooLong();
            if (newline >= 0)
                return Take(searched + newline, searched + newline + 1);
            searched = unread.Length;
            if (!Fill())
                return searched > 0 && Take(searched, searched);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Editors of other systems begin a text with a byte order mark, which is none of it.</summary>
    private void PassOverMark()
    {
        while (_end < 3 && Fill())
        {
        }
        switch (_buffer.AsSpan(0, _end))
        {
            case [0xef, 0xbb, 0xbf, ..]:
                _start = 3;
                NextOffset = 3;
                break;
            case [0xff, 0xfe, ..] or [0xfe, 0xff, ..]:
                throw UserException.Create("a text in UTF-16, as its byte order mark says", _path, "UTF-8", "UTF-16",
                    "write it anew: iconv -f UTF-16 -t UTF-8 OLD > NEW");
            default:
                break;
        }
    }

    private bool Take(int length, int consumed)
    {
        (_currentStart, _current) = (_start, length);
        _start += consumed;
        return Count(consumed, hasEnd: consumed > length);
    }

    private bool PassOver()
    {
        for (long length = 0; ;)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var consumed = newline >= 0 ? newline + 1 : _end - _start;
            length += consumed;
            _start += consumed;
            if (newline < 0 && Fill())
                continue;
            _current = 0;
            Count(length, newline >= 0);
            return IsTooLong = true;
        }
    }

    private bool Count(long bytes, bool hasEnd)
    {
        Offset = NextOffset;
        NextOffset += bytes;
        Number++;
        (HasEnd, IsTooLong) = (hasEnd, false);
        return true;
    }

    private bool Fill()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Unreadable(_path, e);
        }
    }

    private static FileStream Opened(string path)
    {
        if (!File.Exists(path))
            throw ReadFaults.Missing(path);
        try
        {
            return RegularFile.OpenRead(path, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private UserException TooLong() =>
        UserException.Create("line too long", $"{_path}:{Number + 1}", $"at most {_maximumLineBytes} bytes", "more",
            "check that it is the right file");

    private static UserException Unreadable(string path, Exception cause) =>
        cause is InvalidDataException
            ? UserException.Create("damaged: not what gzip packs", path, found: cause.Message,
                next: "make the file anew, or fetch it again", cause: cause)
            : UserException.Create("cannot read", path, found: cause.Message, next: "check the path and its permissions", cause: cause);
}
