using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Distributed;

/// <summary>The last calls of a rank, as <see cref="CallLog"/> left them.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Count">Ranks of its job.</param>
/// <param name="Job">Tells its job from others; 0 before the ranks had met.</param>
/// <param name="Process">Its process number.</param>
/// <param name="Host">Its machine.</param>
internal sealed record CallReport(int Rank, int Count, long Job, int Process, string Host)
{
    private const int MostBytes = (CallLog.Head + CallLog.Kept) * CallLog.Line, MostRanks = 1 << 20;

    /// <summary>In their order; those before the last 256 are gone.</summary>
    public IReadOnlyList<RankCall> Calls { get; private init; } = [];

    /// <summary>What the rank did at the end, the update that it worked on, and since when.</summary>
    public (string What, long Update, DateTime Since)? Doing { get; private init; }

    /// <summary>The last call; null before the first.</summary>
    public RankCall? Last => Calls.Count > 0 ? Calls[^1] : null;

    /// <summary>A call by its number; null where it is not kept any more, or not made yet.</summary>
    public RankCall? Call(long number) => Calls.FirstOrDefault(call => call.Number == number);

    /// <summary>Reads the file of a rank.</summary>
    /// <exception cref="UserException">It is no such file.</exception>
    public static CallReport Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = RegularFile.ReadAllBytes(path, MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DistributedFaults.NoCalls(path, e.Message);
        }
        string[][] lines = [.. Enumerable.Range(0, bytes.Length / CallLog.Line).Select(i =>
            Encoding.UTF8.GetString(bytes, i * CallLog.Line, CallLog.Line).TrimEnd('\n', ' ').Split('\t'))];
        if (lines is not [[CallLog.Format, var rank, var count, var job, var process, var host], ..]
            || Whole(rank) is not (>= 0 and < MostRanks and var number) || Whole(count) is not (> 0 and <= MostRanks and var ranks)
            || number >= ranks || !long.TryParse(job, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var token))
            throw DistributedFaults.NoCalls(path, bytes.Length == 0 ? "an empty file" : "something else");
        return new CallReport((int)number, (int)ranks, token, (int)(Whole(process) ?? 0), PrintableText.Of(host))
        {
            Doing = lines is [_, [var update, var since, var what], ..] && Whole(update) is { } at && Time(since) is { } from
                ? (PrintableText.Of(what), at, from)
                : null,
            Calls = [.. lines.Skip(CallLog.Head).Select(CallOf).OfType<RankCall>().OrderBy(call => call.Number)],
        };
    }

    // a line that is half written, as on a disk of another machine, is none
    private static RankCall? CallOf(string[] fields) =>
        fields is [var number, { Length: > 0 } kind, var bytes, var update, var begun, var ended, var what]
        && Whole(number) is > 0 and var call && Whole(bytes) is { } size && Whole(update) is { } at && Time(begun) is { } from
            ? new RankCall(call, PrintableText.Of(kind), size, at, from, Time(ended), PrintableText.Of(what))
            : null;

    private static long? Whole(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static DateTime? Time(string text) =>
        Whole(text) is > 0 and var ticks && ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks, DateTimeKind.Utc) : null;
}
