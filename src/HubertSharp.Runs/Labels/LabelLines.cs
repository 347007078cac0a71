namespace HubertSharp.Runs.Labels;

/// <summary>Streams the lines of a label file as bytes, one at a time; memory is one line, and that is bounded.</summary>
internal sealed class LabelLines : IDisposable
{
    /// <summary>About 30 hours of labels at 100 per second.</summary>
    public const int MaximumLineBytes = 64 << 20;

    private readonly FileStream _stream;
    private readonly string _path;
    private byte[] _buffer;
    private int _start; // of the unread bytes in the buffer
    private int _end;
    private int _current; // length of the current line, without its ending

    public LabelLines(string path, int bufferBytes = 1 << 16)
    {
        if (!File.Exists(path))
            throw LabelFaults.Missing(path);
        _path = path;
        _buffer = new byte[bufferBytes];
        try
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LabelFaults.Unreadable(path, e);
        }
    }

    /// <summary>1-based number of the current line.</summary>
    public long Number { get; private set; }

    /// <summary>Where the current line begins in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the next line begins.</summary>
    public long NextOffset { get; private set; }

    /// <summary>The current line; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan(_start - (int)(NextOffset - Offset), _current);

    /// <summary>Goes to the next line; a last line without an end counts when it holds anything.</summary>
    /// <exception cref="UserException">A line above 64 MiB, or the file cannot be read.</exception>
    public bool MoveNext()
    {
        var searched = 0;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var newline = unread[searched..].IndexOf((byte)'\n');
            if (newline >= 0)
                return Take(searched + newline, searched + newline + 1);
            searched = unread.Length;
            if (searched > MaximumLineBytes)
                throw LabelFaults.LineTooLong(_path, Number + 1, MaximumLineBytes);
            if (!Fill())
                return searched > 0 && Take(searched, searched);
        }
    }

    public void Dispose() => _stream.Dispose();

    private bool Take(int length, int consumed)
    {
        Offset = NextOffset;
        NextOffset += consumed;
        Number++;
        _current = length;
        _start += consumed;
        return true;
    }

    private bool Fill()
    {
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
        catch (IOException e)
        {
            throw LabelFaults.Unreadable(_path, e);
        }
    }
}
