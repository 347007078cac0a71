namespace HubertSharp.Runs;

/// <summary>
/// Something that the user can mend: a file, a label, a configuration key, a disk. The command line prints the message alone
/// and exits with 1; every other exception is a bug and keeps its stack.
/// </summary>
/// <remarks>
/// Throw it through the named factories of each folder (<c>AudioFaults</c>, <c>ManifestFaults</c>, ...), which keep one
/// folder's wording in one file. The message is one line: what, where, expected against found, what to do next. Whatever a file
/// put into it, it is printable and at most about 2,000 characters long.
/// </remarks>
public sealed class UserException : Exception
{
    private UserException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    private UserException(string message, IReadOnlyList<string> faults)
        : base(message) => _faults = faults;

    /// <summary>What it is made of: several where they were gathered.</summary>
    internal IReadOnlyList<string> Faults => _faults ?? [Message];

    private readonly IReadOnlyList<string>? _faults;

    /// <summary>Builds the one-line message from its parts.</summary>
    /// <param name="what">What is wrong, in a few words.</param>
    /// <param name="where">The file (with <c>:line</c>), or the configuration key.</param>
    /// <param name="expected">What should have been there.</param>
    /// <param name="found">What was there.</param>
    /// <param name="next">What the user can do about it.</param>
    /// <param name="cause">The exception that showed it, if any.</param>
    public static UserException Create(
        string what, string? where = null, string? expected = null, string? found = null, string? next = null, Exception? cause = null)
    {
        var message = where is null ? what : $"{where}: {what}";
        if (expected is not null && found is not null)
            message += $" (expected {expected}, found {found})";
        else if (expected is not null)
            message += $" (expected {expected})";
        else if (found is not null)
            message += $" (found {found})";
        if (next is not null)
            message += $"; {next}";
        return new UserException(PrintableText.Message(message), cause);
    }

    /// <summary>How many faults one message spells out.</summary>
    public const int FaultsShown = 10;

    /// <summary>Several faults in one message: the first ten, and how many more there are.</summary>
    /// <param name="where">What they are in: <c>the configuration</c>.</param>
    /// <param name="faults">At least one; one alone is the message.</param>
    public static UserException Gather(string where, IReadOnlyList<string> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        const int most = 1700, end = 60;
        if (faults.Count == 1)
            return Create(faults[0]);
        var shown = faults.Take(FaultsShown).ToArray();
        if (shown.Sum(f => f.Length) > most)
            shown = [.. shown.Select(f => PrintableText.Message(f, most / shown.Length, end))];
        var message = $"{faults.Count:#,0} faults in {where}: {string.Join("; ", shown.Select((f, i) => $"({i + 1}) {f}"))}"
            + (faults.Count > shown.Length ? $"; and {faults.Count - shown.Length:#,0} more" : "");
        return new UserException(PrintableText.Message(message), faults);
    }
}
