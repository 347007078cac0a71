using System.Globalization;

namespace HubertSharp.Tests.LanguageModels.Training;

/// <summary>An ARPA file read in the plainest way.</summary>
internal sealed record ArpaText(long[] Counts, Dictionary<string, (double Probability, double Backoff)>[] Orders)
{
    public static ArpaText Read(string path)
    {
        var (counts, orders) = (new List<long>(), new List<Dictionary<string, (double, double)>>());
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith("ngram ", StringComparison.Ordinal))
                counts.Add(long.Parse(line.Split('=')[1], CultureInfo.InvariantCulture));
            else if (line.EndsWith("-grams:", StringComparison.Ordinal))
                orders.Add([]);
            else if (line.Split('\t') is { Length: > 1 } parts)
                orders[^1].Add(parts[1], (Number(parts[0]), parts.Length > 2 ? Number(parts[2]) : 0));
        }
        return new ArpaText([.. counts], [.. orders]);
    }

    /// <summary>The same n-grams, and numbers within a tolerance.</summary>
    public static void Equal(ArpaText expected, ArpaText found, double tolerance)
    {
        Assert.Equal(expected.Counts, found.Counts);
        foreach (var (mine, theirs) in found.Orders.Zip(expected.Orders))
        {
            Assert.Equal(theirs.Keys.Order(StringComparer.Ordinal), mine.Keys.Order(StringComparer.Ordinal));
            foreach (var (ngram, (probability, backoff)) in theirs)
            {
                Assert.True(Math.Abs(probability - mine[ngram].Probability) <= tolerance,
                    $"{ngram}: {mine[ngram].Probability}, not {probability}");
                Assert.True(Math.Abs(backoff - mine[ngram].Backoff) <= tolerance,
                    $"weight of {ngram}: {mine[ngram].Backoff}, not {backoff}");
            }
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
