using System.Globalization;
using System.Text;
using HubertSharp.Runs;

namespace HubertSharp.Distributed;

/// <summary>
/// The last calls of a rank to all others, in a file of lines of one length that is written over in turn: <c>ranks/rank_00001.calls</c> of
/// the run folder. A line is one write into the system's cache, so that it costs microseconds and outlives the process, however that ends.
/// </summary>
internal sealed class CallLog : IDisposable
{
    /// <summary>First word of the file.</summary>
    public const string Format = "hubert-calls-1";

    /// <summary>Bytes of a line; the first two say whose calls they are, and what the rank does now.</summary>
    public const int Line = 160, Head = 2;

    /// <summary>Calls that are kept.</summary>
    public const int Kept = 256;

    /// <summary>Longest name of a piece of work, and of a machine.</summary>
    private const int Longest = 60;

    private readonly FileStream? _file;
    private bool _failed;

    /// <summary>Begins the file anew; without one where it cannot be written: nobody trains less for that.</summary>
    public CallLog(string folder, RankPeer own, int count)
    {
        try
        {
            _file = new FileStream(
                PathOf(folder, own.Rank), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        Job(own, count, 0);
    }

    public static string PathOf(string folder, int rank) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rank_{rank:D5}.calls"));

    /// <summary>Whose calls these are.</summary>
    /// <param name="own">The rank.</param>
    /// <param name="count">Ranks of the job.</param>
    /// <param name="job">The same number in all of them; 0 before they have met.</param>
    public void Job(RankPeer own, int count, long job) =>
        Write(0, $"{Format}\t{own.Rank}\t{count}\t{job:x16}\t{own.Process}\t{Short(own.Host)}");

    /// <summary>What the rank does from now on.</summary>
    public void Doing(string what, long update) => Write(1, $"{update}\t{Now()}\t{Short(what)}");

    /// <summary>Writes a call, when it begins and when it has ended.</summary>
    public void Call(RankCall call) => Write(Head + ((call.Number - 1) % Kept),
        $"{call.Number}\t{call.Kind}\t{call.Bytes}\t{call.Update}\t{Ticks(call.Begun)}\t{Ticks(call.Ended)}\t{Short(call.What)}");

    public void Dispose() => _file?.Dispose();

    private static string Now() => Ticks(DateTime.UtcNow);

    private static string Ticks(DateTime? time) => (time?.Ticks ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Short(string text) => PrintableText.Of(text) is var printable && printable.Length > Longest
        ? printable[..Longest]
        : printable;

    private void Write(long line, FormattableString text)
    {
        if (_file is null || _failed)
            return;
        try
        {
            var bytes = new byte[Line];
            bytes.AsSpan().Fill((byte)' ');
            var all = Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture));
            all.AsSpan(0, Math.Min(all.Length, Line - 1)).CopyTo(bytes);
            bytes[^1] = (byte)'\n';
            RandomAccess.Write(_file.SafeFileHandle, bytes, line * Line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _failed = true; // a full disk: the last calls are not known then
        }
    }
}
