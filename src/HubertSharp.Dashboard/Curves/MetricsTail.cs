using System.Buffers;
using HubertSharp.Runs.Files;

namespace HubertSharp.Dashboard.Curves;

/// <summary>
/// Follows a file that grows line by line and hands out its new whole lines. Notices when the file was cut or replaced (a resume
/// removes the lines after its checkpoint) by the bytes before the place that was read to, and begins anew then.
/// </summary>
internal sealed class MetricsTail
{
    private const int MaximumLineBytes = 1 << 20;
    private const int MarkBytes = 256;

    /// <summary>Half a second or so; what is left comes at the next look.</summary>
    internal const long MaximumBytesPerRead = 64 << 20;

    private long _position;
    private byte[] _mark = []; // the bytes right before the position
    private bool _skipsLine;

    /// <summary>Lines that were longer than any line of metrics.</summary>
    public int TooLong { get; private set; }

    /// <summary>Reads what is new, or the first part of it where it is much.</summary>
    /// <param name="path">The file.</param>
    /// <param name="take">Gets each line without its end.</param>
    /// <param name="restart">Called before the first line of a file that is not the continuation of what was read.</param>
    public void Read(string path, Action<ReadOnlySpan<byte>> take, Action restart)
    {
        using var file = RegularFile.OpenRead(path, bufferSize: 0);
        if (!IsContinuation(file))
        {
            (_position, _mark, _skipsLine, TooLong) = (0, [], false, 0);
            restart();
        }
        if (file.Length == _position)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(MaximumLineBytes + 1);
        try
        {
            file.Position = _position;
            var left = MaximumBytesPerRead;
            for (int kept = 0, read; left > 0 && (read = file.Read(buffer, kept, buffer.Length - kept)) > 0; left -= read)
            {
                var used = Lines(buffer.AsSpan(0, kept + read), take);
                kept = kept + read - used;
                buffer.AsSpan(used, kept).CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        Mark(file);
    }

    private int Lines(Span<byte> bytes, Action<ReadOnlySpan<byte>> take)
    {
        var used = 0;
        for (int length; (length = bytes[used..].IndexOf((byte)'\n')) >= 0; used += length + 1)
        {
            if (!_skipsLine && length <= MaximumLineBytes)
                take(bytes.Slice(used, length));
            _skipsLine = false;
        }
        if (bytes.Length - used > MaximumLineBytes)
        {
            TooLong += _skipsLine ? 0 : 1;
            _skipsLine = true;
            used = bytes.Length;
        }
        _position += used;
        return used;
    }

    private bool IsContinuation(FileStream file)
    {
        if (file.Length < _position)
            return false;
        var found = new byte[_mark.Length];
        file.Position = _position - _mark.Length;
        return file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(_mark);
    }

    private void Mark(FileStream file)
    {
        _mark = new byte[Math.Min(MarkBytes, _position)];
        file.Position = _position - _mark.Length;
        if (file.ReadAtLeast(_mark, _mark.Length, throwOnEndOfStream: false) < _mark.Length)
            _mark = []; // cut just now: the length tells it next time
    }
}
