using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Distributed;

/// <summary>
/// What a rank does at the moment, in a file of one line that outlives it: <c>ranks/rank_00001.txt</c> of the run folder, which anybody
/// may read. Its numbers are the process, a beat that goes on while the process lives, the update, and the calls to the others so far.
/// </summary>
internal sealed record RankReport(int Rank, string Host, int Process, long Beat, long Update, long Calls, string What)
{
    /// <summary>Always as long, so that it is replaced in one write.</summary>
    private const int Length = 256;

    /// <summary>What a rank does that has come to its end.</summary>
    public const string Done = "is done";

    /// <summary>What a rank does that has met a fault, of which it tells itself.</summary>
    public const string Failed = "ends with a fault";

    /// <summary>What may take longer than an update.</summary>
    public const string Saves = "writes a checkpoint", Validates = "validates", Shares = "does its share";

    /// <summary>What a rank does that the others wait for as long as it lives; what it is follows.</summary>
    public const string Alone = "does for all: ";

    public bool IsLong => What is Saves or Validates or Shares;

    public bool IsAlone => What.StartsWith(Alone, StringComparison.Ordinal);

    public static string PathOf(string folder, int rank) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rank_{rank:D5}.txt"));

    /// <summary>Replaces the rank's line.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string folder)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{Host}\t{Process}\t{Beat}\t{Update}\t{Calls}\t{PrintableText.Of(What)}").PadRight(Length - 1);
        using var file = new FileStream(PathOf(folder, Rank), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.UTF8.GetBytes(line[..(Length - 1)] + "\n"));
    }

    /// <summary>Removes the reports of work that is done, where nobody asks for them any more.</summary>
    public static void Remove(string folder, int count)
    {
        try
        {
            Owned.DeleteListed(folder, Enumerable.Range(0, count).SelectMany(rank =>
                (string[])[Path.GetFileName(PathOf(folder, rank)), Path.GetFileName(CallLog.PathOf(folder, rank))]));
            Owned.DeleteIfEmpty(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // they harm nobody
        }
    }

    /// <summary>A rank's line; null where there is none that can be read.</summary>
    public static RankReport? TryRead(string folder, int rank)
    {
        try
        {
            string[] fields = RegularFile.ReadAllText(PathOf(folder, rank), 4 * Length).Split('\n')[0].Split('\t');
            return fields is [var host, var process, var beat, var update, var calls, var what]
                ? new RankReport(rank, host, int.Parse(process, CultureInfo.InvariantCulture), Number(beat), Number(update), Number(calls),
                    PrintableText.Of(what.Trim()))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException or UserException)
        {
            return null; // not there yet, or half written on another machine: the next look sees more
        }

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>What it does, and where.</summary>
    public string Place => Update > 0 ? string.Create(CultureInfo.InvariantCulture, $"{What} (update {Update})") : What;
}
