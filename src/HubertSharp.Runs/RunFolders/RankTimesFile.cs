using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// What the time of the processes went to over the run, <c>ranks/times.jsonl</c>: a line with each line of the log. When it grows too
/// long, every second line goes, so that it always reaches back to the run's beginning.
/// </summary>
public sealed class RankTimesFile
{
    private const int MostLines = 1000;
    private const long MostBytes = 4 << 20;

    private readonly string _path;
    private readonly int _mostLines;
    private readonly List<string> _lines;
    private long _bytes;

    private RankTimesFile(string path, int mostLines, List<string> lines) =>
        (_path, _mostLines, _lines, _bytes) = (path, mostLines, lines, lines.Sum(SizeOf));

    /// <summary>Opens the file for a run that goes on: lines of later updates, and damaged ones, are removed.</summary>
    /// <param name="path">The file; what is no regular one is put aside.</param>
    /// <param name="keepUpToUpdate">The checkpoint's update; 0 for a new run, which keeps nothing.</param>
    /// <param name="notice">Told of what is put aside.</param>
    /// <param name="mostLines">Lines that it may have.</param>
    /// <exception cref="UserException">It cannot be read or written.</exception>
    public static RankTimesFile Open(string path, long keepUpToUpdate, Action<string>? notice = null, int mostLines = MostLines)
    {
        SideFiles.MakeRoom(path, notice);
        try
        {
            DiskSync.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            List<string> kept = [.. Read(path).Where(line => line.Update <= keepUpToUpdate).Select(line => line.ToJson())];
            var file = new RankTimesFile(path, mostLines, kept);
            if (File.Exists(path))
                file.WriteAll();
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <summary>Appends one line.</summary>
    /// <exception cref="UserException">The disk is full or gone.</exception>
    public void Append(RankTimesLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = line.ToJson();
        _lines.Add(text);
        _bytes += SizeOf(text);
        if (_lines.Count > _mostLines || _bytes > MostBytes)
        {
            Thin();
            WriteAll();
            return;
        }
        try
        {
            using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(_path, e);
        }
    }

    /// <summary>The whole lines of a file, by ascending update; none where there is no file.</summary>
    /// <exception cref="UserException">No regular file, or a longer one than a run writes.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<RankTimesLine> Read(string path) =>
        !File.Exists(path) ? [] : [.. RegularFile.ReadAllText(path, 2 * MostBytes).Split('\n').Take(2 * MostLines)
            .Select(RankTimesLine.TryParse).OfType<RankTimesLine>().OrderBy(line => line.Update)];

    // the newest stays
    private void Thin()
    {
        while (_lines.Count > 1 && (_lines.Count > _mostLines || _bytes > MostBytes))
        {
            var last = _lines.Count - 1;
            List<string> kept = [.. _lines.Where((_, place) => (last - place) % 2 == 0)];
            _lines.Clear();
            _lines.AddRange(kept);
            _bytes = _lines.Sum(SizeOf);
        }
    }

    private void WriteAll() => AtomicFile.WriteAllText(_path, string.Concat(_lines.Select(line => line + "\n")));

    private static long SizeOf(string line) => Encoding.UTF8.GetByteCount(line) + 1;
}
