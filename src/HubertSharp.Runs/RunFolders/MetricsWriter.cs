using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// Appends to <c>metrics.jsonl</c>: one object per line with fairseq's key names, numbers as numbers (NaN and infinities as the
/// texts "NaN", "Infinity", "-Infinity", which JSON has no numbers for). Each line reaches the system before the call returns, so
/// that a killed process leaves whole lines, and at most one cut line at the end.
/// </summary>
public sealed class MetricsWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    private MetricsWriter(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>
    /// Opens the file for a run that goes on after <paramref name="keepUpToUpdate"/>: lines of later updates, and a cut last line,
    /// are removed. Pass 0 for a new run, which removes everything.
    /// </summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static MetricsWriter Open(string path, long keepUpToUpdate)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var keepBytes = keepUpToUpdate > 0 && File.Exists(path) ? BytesUpTo(path, keepUpToUpdate) : 0;
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            stream.SetLength(keepBytes);
            stream.Position = keepBytes;
            return new MetricsWriter(path, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <summary>Appends one line.</summary>
    /// <param name="tag">fairseq's name of the line: <c>train_inner</c>, <c>train</c>, <c>valid</c>.</param>
    /// <param name="values">Keys in the order that they are written; whole numbers without a fraction.</param>
    /// <exception cref="UserException">The disk is full or gone; nothing of the line stays.</exception>
    public void Append(string tag, IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Options))
        {
            json.WriteStartObject();
            json.WriteString("tag", tag);
            foreach (var (key, value) in values)
            {
                if (!double.IsFinite(value))
                    json.WriteString(key, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
                else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15)
                    json.WriteNumber(key, (long)value);
                else
                    json.WriteNumber(key, value);
            }
            json.WriteEndObject();
        }
        _line.Write("\n"u8);
        var start = _stream.Position;
        try
        {
            _stream.Write(_line.WrittenSpan);
            _stream.Flush();
        }
        catch (IOException e)
        {
            _stream.SetLength(start);
            _stream.Position = start;
            throw WriteFaults.Of(_path, e);
        }
    }

    /// <summary>Brings the lines to the disk itself; call it before a checkpoint that relies on them.</summary>
    /// <exception cref="UserException">The disk is full or gone.</exception>
    public void Sync()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw WriteFaults.Of(_path, e);
        }
    }

    public void Dispose() => _stream.Dispose();

    // Up to the first line that is cut, is no JSON object, or belongs to a later update. Lines without an update go with their neighbours.
    private static long BytesUpTo(string path, long update)
    {
        using var lines = new ByteLines(path, MetricsLine.MaximumBytes);
        long keep = 0;
        while (lines.MoveNext())
        {
            var whole = lines.NextOffset - lines.Offset > lines.Current.Length; // has its newline
            if (!whole || MetricsLine.TryParse(lines.Current) is not { } line || line.Update > update)
                break;
            keep = lines.NextOffset;
        }
        return keep;
    }
}
