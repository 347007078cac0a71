using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HubertSharp.Runs.Files;

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
    private readonly (ulong Device, ulong Inode, uint Owner)? _identity;
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    private MetricsWriter(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        _identity = FileStatus.IdentityOf(path);
    }

    /// <summary>
    /// Opens the file for a run that goes on after <paramref name="keepUpToUpdate"/>: lines of later updates, and a cut last line,
    /// are removed. Damaged lines before stay where they are. Before anything else is removed, the file is copied to
    /// <c>metrics.jsonl.copy-1</c> (2, 3 ...).
    /// </summary>
    /// <param name="path">The file, made when it is missing.</param>
    /// <param name="keepUpToUpdate">The checkpoint's update; 0 for a new run, which keeps nothing but a copy.</param>
    /// <param name="notice">Told of damaged lines and of a copy.</param>
    /// <remarks>What is no file that a run writes, or may not be written, is put aside.</remarks>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static MetricsWriter Open(string path, long keepUpToUpdate, Action<string>? notice = null)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            DiskSync.CreateFolder(folder);
            SideFiles.Open(path, notice, CheckOpens);
            var isThere = File.Exists(path);
            var cut = isThere ? MetricsCut.Of(path, keepUpToUpdate) : MetricsCut.Nothing;
            if (cut is null)
            {
                SideFiles.PutAside(path, "more lines than a run writes", notice);
                (isThere, cut) = (false, MetricsCut.Nothing);
            }
            if (cut.Damaged.Count > 0)
                notice?.Invoke(RunFaults.DamagedLines(path, cut.Damaged));
            if (cut.CutsMore)
                Copy(path, isAnew: keepUpToUpdate == 0, notice);
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            stream.SetLength(cut.KeptBytes);
            stream.Position = cut.KeptBytes;
            if (cut.LacksEnd)
                stream.WriteByte((byte)'\n');
            if (!isThere)
                DiskSync.FlushFolder(folder);
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
    /// <exception cref="UserException">The disk is full or gone, and nothing of the line stays; or the file is.</exception>
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
        CheckIsThere();
        var start = _stream.Position;
        try
        {
            _stream.Write(_line.WrittenSpan);
            _stream.Flush();
        }
        catch (IOException e)
        {
            TryCut(start);
            throw WriteFaults.Of(_path, e);
        }
    }

    /// <summary>Brings the lines to the disk itself; call it before a checkpoint that relies on them.</summary>
    /// <exception cref="UserException">The disk is full or gone, or the file is.</exception>
    public void Sync()
    {
        CheckIsThere();
        try
        {
            DiskSync.Flush(_stream.SafeFileHandle, _path);
        }
        catch (IOException e)
        {
            throw WriteFaults.Of(_path, e);
        }
    }

    public void Dispose() => _stream.Dispose();

    // Into a file without a name nobody would ever look. Where an inode's number does not last, the length tells the file.
    private void CheckIsThere()
    {
        var now = FileStatus.IdentityOf(_path);
        if (now is null || (now != _identity && new FileInfo(_path).Length != _stream.Position))
            throw RunFaults.Gone(_path);
    }

    // what a read-only or failing disk keeps of a line is found by the next start
    private void TryCut(long length)
    {
        try
        {
            _stream.SetLength(length);
            _stream.Position = length;
        }
        catch (IOException)
        {
        }
    }

    private static bool CheckOpens(string path)
    {
        if (File.Exists(path))
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0).Dispose();
        return true;
    }

    // Starts that never come to a checkpoint must not fill the disk: of a new run's lines a copy of their length is enough.
    private static void Copy(string path, bool isAnew, Action<string>? notice)
    {
        var copy = SideFiles.FreeName(path, "copy");
        var length = new FileInfo(path).Length;
        if (isAnew && Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileName(path)}.copy-*")
            .Any(c => new FileInfo(c).Length >= length))
            return;
        AtomicFile.Write(copy, to =>
        {
            using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            from.CopyTo(to);
        });
        notice?.Invoke(isAnew
            ? $"{path}: this run begins at update 0; the lines of before are kept in {Path.GetFileName(copy)}"
            : $"warning: {path}: more than the lines after the checkpoint has to be cut; "
                + $"the file as it was is kept in {Path.GetFileName(copy)}");
    }
}
