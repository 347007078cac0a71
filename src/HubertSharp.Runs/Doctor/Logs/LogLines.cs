using System.IO.Compression;
using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Streams the lines of a log that may still be written to. A progress bar's carriage returns end lines too; a line above
/// <see cref="MaximumBytes"/> (a model's description, a damaged file) is passed over in constant memory.
/// </summary>
internal sealed class LogLines : IDisposable
{
    public const int MaximumBytes = 1 << 20;
    private readonly Stream _stream;
    private readonly string _path;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _buffer = new byte[2 * MaximumBytes];
    private int _start;
    private int _end;
    private bool _skipping; // inside a line that is too long

    /// <param name="cancellation">Asked at every buffer: a compressed file of a megabyte may hold a terabyte of lines.</param>
    /// <exception cref="UserException">The file is missing, is no regular one, or cannot be opened.</exception>
    public LogLines(string path, CancellationToken cancellation = default)
        : this(path, OpenText(path), cancellation)
    {
    }

    public LogLines(string path, Stream stream, CancellationToken cancellation = default)
    {
        _path = path;
        _stream = stream;
        _cancellation = cancellation;
    }

    /// <summary>The compressed file ended in the middle or is damaged there.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Lines that were too long to look at.</summary>
    public long Skipped { get; private set; }

    /// <summary>The current line without its end; valid until the next <see cref="TryNext"/>.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread[searched..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length >= 0)
            {
                line = AnsiCodes.Strip(unread[..(searched + length)]);
                _start += searched + length + 1;
                if (!_skipping)
                    return true;
                _skipping = false;
                searched = 0;
                continue;
            }
            if (unread.Length > MaximumBytes)
            {
                Skipped += _skipping ? 0 : 1;
                _skipping = true;
                (_start, _end) = (0, 0);
            }
            searched = _end - _start;
            if (Fill())
                continue;
            line = AnsiCodes.Strip(_buffer.AsSpan(_start, _end - _start));
            (_start, _end) = (0, 0);
            return line.Length > 0 && !_skipping;
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>A whole file; null where it begins with none of the given characters, or is longer than the given length.</summary>
    internal static byte[]? ReadWhole(string path, ReadOnlySpan<byte> first, int most)
    {
        using var stream = OpenText(path);
        var buffer = new byte[4096];
        try
        {
            for (int length = 0, blank = 0; ;)
            {
                var read = stream.Read(buffer, length, buffer.Length - length);
                if (read == 0)
                    return buffer[..length];
                length += read;
                while (blank < length && " \t\r\n\ufeff"u8.Contains(buffer[blank])) // each byte is looked at once
                    blank++;
                if ((blank < length && !first.Contains(buffer[blank])) || length > most)
                    return null;
                if (length == buffer.Length)
                    Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        catch (IOException e)
        {
            throw DoctorFaults.Unreadable(path, e);
        }
    }

    internal static FileStream Open(string path)
    {
        if (!File.Exists(path))
            throw DoctorFaults.Missing(path);
        try
        {
            return RegularFile.OpenRead(path, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DoctorFaults.Unreadable(path, e);
        }
    }

    // PowerShell writes UTF-16, rotation compresses: both say so in their first two bytes.
    private static Stream OpenText(string path)
    {
        var file = Open(path);
        try
        {
            Span<byte> start = stackalloc byte[2];
            var read = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
            file.Position = 0;
            return read < 2 ? file : (start[0], start[1]) switch
            {
                (0x1f, 0x8b) => new GZipStream(file, CompressionMode.Decompress),
                (0xff, 0xfe) => Encoding.CreateTranscodingStream(file, Encoding.Unicode, Encoding.UTF8),
                (0xfe, 0xff) => Encoding.CreateTranscodingStream(file, Encoding.BigEndianUnicode, Encoding.UTF8),
                _ => file,
            };
        }
        catch (IOException e)
        {
            file.Dispose();
            throw DoctorFaults.Unreadable(path, e);
        }
    }

    private bool Fill()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        try
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (InvalidDataException)
        {
            IsDamaged = true;
            return false;
        }
        catch (IOException e)
        {
            throw DoctorFaults.Unreadable(_path, e);
        }
    }
}
