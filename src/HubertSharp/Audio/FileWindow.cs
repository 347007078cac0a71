using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>An open file seen through a buffer that moves forwards; a walk over a file's structure costs one reading of it.</summary>
internal sealed class FileWindow(SafeFileHandle file, long fileLength)
{
    private const int Size = 1 << 18;

    private readonly byte[] _buffer = new byte[(int)Math.Min(Size, fileLength)];
    private long _start;
    private int _filled;

    public long FileLength => fileLength;

    /// <summary>The bytes from a place on, as many as asked for (262144 at most) or fewer at the end of the file.</summary>
    public ReadOnlySpan<byte> At(long place, int count)
    {
        count = (int)Math.Min(count, Math.Max(0, fileLength - place));
        if (place < _start || place + count > _start + _filled)
        {
            _start = place;
            _filled = 0;
            while (_filled < _buffer.Length && RandomAccess.Read(file, _buffer.AsSpan(_filled), _start + _filled) is > 0 and var got)
                _filled += got;
        }
        return _buffer.AsSpan((int)(place - _start), Math.Min(count, _filled - (int)(place - _start)));
    }

    /// <summary>The first place from one on where a pattern stands, or null.</summary>
    public long? Find(ReadOnlySpan<byte> pattern, long from)
    {
        for (var at = from; at + pattern.Length <= fileLength; at += _buffer.Length - pattern.Length + 1)
        {
            var bytes = At(at, _buffer.Length);
            if (bytes.IndexOf(pattern) is >= 0 and var found)
                return at + found;
            if (bytes.Length < pattern.Length)
                return null;
        }
        return null;
    }

    /// <summary>Whether every byte from one place up to another is zero.</summary>
    public bool IsZero(long from, long to)
    {
        for (var at = from; at < to;)
        {
            var bytes = At(at, (int)Math.Min(_buffer.Length, to - at));
            if (bytes.IsEmpty || bytes.ContainsAnyExcept((byte)0))
                return bytes.IsEmpty;
            at += bytes.Length;
        }
        return true;
    }
}
