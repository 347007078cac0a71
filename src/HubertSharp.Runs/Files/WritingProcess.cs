using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HubertSharp.Runs.Files;

/// <summary>
/// Who writes: number and start of a process, and the machine, its start and its container, without which a number says nothing.
/// </summary>
internal static class WritingProcess
{
    private const int MostOfProc = 1 << 16;

    /// <summary>A hash of the machine's start, its name and the space of process numbers.</summary>
    public static string Machine { get; } = OfMachine();

    /// <summary>This process, as it stands in a name.</summary>
    public static string Own { get; } = $"{Environment.ProcessId}-{Start(Environment.ProcessId)?.Start ?? "0"}-{Machine}";

    /// <summary>Whether a process of that number and start runs here; one that only waits to be reaped does not.</summary>
    public static bool IsAlive(long process, string start) =>
        !Own.Contains("-0-", StringComparison.Ordinal) // without /proc nobody is known to be dead
            ? Start(process) is { State: not ("Z" or "X") } now && now.Start == start
            : true;

    public static bool IsThere(long process) => Directory.Exists($"/proc/{process}") || !Directory.Exists("/proc/self");

    /// <summary>State and start (ticks since the machine's) of a process, proc(5), or null when there is none.</summary>
    private static (string State, string Start)? Start(long process)
    {
        try
        {
            var text = RegularFile.ReadAllText($"/proc/{process}/stat", MostOfProc);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' '); // from field 3 on; the name before may hold anything
            return (fields[0], ulong.Parse(fields[19], CultureInfo.InvariantCulture).ToString("x", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return null;
        }
    }

    private static string OfMachine()
    {
        var text = new StringBuilder(Environment.MachineName);
        try
        {
            text.Append(RegularFile.ReadAllText("/proc/sys/kernel/random/boot_id", MostOfProc))
                .Append(new FileInfo("/proc/self/ns/pid").LinkTarget);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            // the name alone must do
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..8];
    }
}
