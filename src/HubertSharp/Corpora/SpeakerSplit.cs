using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Corpora.Formats;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Corpora;

/// <summary>Splits files by who speaks in them: no speaker is in training and validation both.</summary>
/// <param name="IsValid">Of each file.</param>
/// <param name="ValidSpeakers">In ordinal order.</param>
/// <param name="Speakers">How many there are in all.</param>
internal sealed record SpeakerSplit(bool[] IsValid, IReadOnlyList<string> ValidSpeakers, int Speakers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether a split by speakers is asked for.</summary>
    public static bool IsAsked(ManifestOptions options) => options.ValidSpeakers is not null || options.SpeakerFrom is not null;

    /// <summary>The user's expression, or null for the format's own speaker, and where it tells none the first folder.</summary>
    /// <exception cref="UserException">Not a regular expression.</exception>
    public static Regex? Expression(ManifestOptions options)
    {
        try
        {
            return options.SpeakerFrom is { } text ? new Regex(text, RegexOptions.CultureInvariant, Patience) : null;
        }
        catch (ArgumentException e)
        {
            throw CorpusFaults.SpeakerExpression(options.SpeakerFrom!, PrintableText.Of(e));
        }
    }

    /// <summary>Splits the files of a format.</summary>
    /// <exception cref="UserException">A file without a speaker, a speaker that is none, or none left for training.</exception>
    public static SpeakerSplit Choose(IReadOnlyList<SpeechFile> files, ManifestOptions options)
    {
        var expression = Expression(options);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (speakers, without, first) = (new int[files.Count], 0, "");
        foreach (var (i, file) in files.Index())
        {
            if (SpeakerOf(file, expression) is not { } speaker)
            {
                first = without++ == 0 ? file.RelativePath : first;
                continue;
            }
            if (!numbers.TryGetValue(speaker, out speakers[i]))
                numbers[speaker] = speakers[i] = numbers.Count;
        }
        if (without > 0)
            throw CorpusFaults.NoSpeaker(first, without, options.SpeakerFrom);
        var times = speakers.CountBy(number => number).ToDictionary();
        var counts = numbers.ToDictionary(speaker => speaker.Key, speaker => times[speaker.Value], StringComparer.Ordinal);
        string[] known = [.. counts.Keys.Order(StringComparer.Ordinal)];
        var valid = Chosen(known, counts, options).ToHashSet(StringComparer.Ordinal);
        if (valid.Count < 1 || valid.Count >= known.Length)
            throw CorpusFaults.SpeakerCount(options.ValidSpeakers ?? $"{valid.Count}", known.Length);
        var chosen = valid.Select(speaker => numbers[speaker]).ToHashSet();
        return new SpeakerSplit(
            [.. speakers.Select(chosen.Contains)], [.. valid.Order(StringComparer.Ordinal)], known.Length);
    }

    private static string? SpeakerOf(SpeechFile file, Regex? expression)
    {
        var path = file.RelativePath;
        if (expression is null)
            return file.Speaker is not null ? file.Speaker
                : path.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? path[..end]
                : null;
        try
        {
            if (expression.Match(path) is not { Success: true } match)
                return null;
            var group = match.Groups["speaker"] is { Success: true } named ? named
                : match.Groups.Count > 1 ? match.Groups[1]
                : match.Groups[0];
            return group is { Success: true, Length: > 0 } ? group.Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            throw CorpusFaults.SpeakerExpression(expression.ToString(), $"takes too long on {path}");
        }
    }

    private static IEnumerable<string> Chosen(string[] known, Dictionary<string, int> files, ManifestOptions options)
    {
        if (options.ValidSpeakers is { } asked && !int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            var names = asked.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return names.FirstOrDefault(name => !files.ContainsKey(name)) is { } unknown
                ? throw CorpusFaults.NoSuchSpeaker(unknown, NearestKey.Of(unknown, known), known)
                : names;
        }
        var order = known.ToArray();
        new SeededRandom((ulong)options.Seed).Shuffle<string>(order);
        if (options.ValidSpeakers is not null)
            return order.Take(int.Parse(options.ValidSpeakers, CultureInfo.InvariantCulture));
        var wanted = options.ValidPercent * files.Values.Sum();
        var (count, sum) = (0, 0);
        while (count < order.Length - 1 && (count == 0 || sum < wanted))
            sum += files[order[count++]];
        return order.Take(count);
    }
}
