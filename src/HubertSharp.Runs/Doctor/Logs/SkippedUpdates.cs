using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Updates that a run of this program left out because loss or gradients were not finite, as its <c>log.txt</c> tells them: a run whose
/// every update is left out has no metrics.
/// </summary>
/// <param name="Count">How many.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
internal sealed partial record SkippedUpdates(long Count, long First, long Last)
{
    private const int MostUpdates = 100_000, MostLosses = 8;

    /// <summary>What was not finite, by the names of the metrics; empty where losses were finite and gradients were not.</summary>
    public IReadOnlyList<string> Losses { get; private init; } = [];

    /// <summary>Recordings of the first of them, as the run named them.</summary>
    public string? Recordings { get; private init; }

    /// <summary>Whether it is these recordings that hold what is not finite.</summary>
    public bool AreToBlame { get; private init; }

    /// <summary>Reads a run's log; null where it tells of none.</summary>
    /// <param name="folder">Of the run.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">The log cannot be read.</exception>
    public static SkippedUpdates? Of(string folder, CancellationToken cancellation = default)
    {
        var path = Path.Combine(folder, RunFolder.LogName);
        if (!File.Exists(path))
            return null;
        var updates = new SortedSet<long>();
        var losses = new List<string>();
        Match? first = null;
        using var lines = new LogLines(path, cancellation);
        while (lines.TryNext(out var line))
        {
            // a run that goes on repeats what lies behind its checkpoint
            if (LogNumber.TryFindAfter(line, "going on from update"u8, out var from))
                updates.RemoveWhere(update => update > from);
            if (line.Length > 4096
                || line.IndexOf(" skipped: loss"u8) < 0
                || Line().Match(Encoding.UTF8.GetString(line)) is not { Success: true } match
                || !long.TryParse(match.Groups["update"].ValueSpan, CultureInfo.InvariantCulture, out var number)
                || updates.Count >= MostUpdates)
                continue;
            if (updates.Count == 0)
            {
                first = match;
                losses.Clear();
            }
            updates.Add(number);
            losses.AddRange(LossesOf(match).Except(losses).Take(MostLosses - losses.Count).ToList());
        }
        return updates.Count == 0 ? null : new SkippedUpdates(updates.Count, updates.Min, updates.Max)
        {
            Losses = losses,
            Recordings = first?.Groups["names"].Value,
            AreToBlame = first?.Groups["place"].Value == "from",
        };
    }

    private static string[] LossesOf(Match match)
    {
        if (match.Groups["terms"] is { Success: true } terms)
            return terms.Value.Split(", ");
        if (double.TryParse(match.Groups["loss"].ValueSpan, CultureInfo.InvariantCulture, out var loss) && double.IsFinite(loss))
            return [];
        return [match.Groups["part"] is { Success: true } part ? $"loss_{part.Value}" : "loss"];
    }

    // as the guard of updates writes them
    [GeneratedRegex(
        @"\A\S+ update (?<update>\d+) skipped: loss(?: of (?<part>\w+))? (?<loss>\S+)(?: \((?<terms>[\w, ]+)\))?, "
        + @"gradient norm \S+, learning rate \S+, (?<place>from|somewhere in) (?<names>[^;]*)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
