using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Board;

/// <summary>The last lines of a log: the figures of a run as they stand, without reading the whole file.</summary>
/// <param name="Train">The last line of training means; null where the end of the file holds none.</param>
/// <param name="Valid">The last validation near the end of the file.</param>
/// <param name="LengthBytes">Size of the log.</param>
/// <param name="WrittenAt">When it was last written.</param>
internal sealed record LatestFigures(MetricsLine? Train, MetricsLine? Valid, long LengthBytes, DateTime WrittenAt)
{
    private const int TailBytes = 256 << 10;

    /// <summary>The update of the last line.</summary>
    public long? Update => Math.Max(Train?.Update ?? -1, Valid?.Update ?? -1) is >= 0 and var update ? update : null;

    public static LatestFigures Read(string path)
    {
        using var file = RegularFile.OpenRead(path, bufferSize: 0);
        var start = Math.Max(0, file.Length - TailBytes);
        var bytes = new byte[file.Length - start];
        file.Position = start;
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        MetricsLine? train = null, valid = null;
        var rest = bytes.AsSpan(0, read);
        var end = rest.LastIndexOf((byte)'\n'); // a line without its end is still being written
        while (end >= 0 && (train is null || valid is null))
        {
            rest = rest[..end];
            end = rest.LastIndexOf((byte)'\n');
            if (end < 0 && start > 0)
                break; // begins before what was read
            if (MetricsLine.TryParse(rest[(end + 1)..]) is not { Update: not null } line || line.IsTrainEpoch)
                continue;
            if (line.IsTrainInner)
                train ??= line;
            else
                valid ??= line;
        }
        return new LatestFigures(train, valid, start + read, File.GetLastWriteTimeUtc(path));
    }
}
