using System.Globalization;

namespace HubertSharp.Runs.Doctor;

/// <summary>A figure of a published run, or of this project's own fairseq run, with its source.</summary>
/// <param name="Run">Who and with what.</param>
/// <param name="Iteration">1 clusters MFCCs, 2 the layers of iteration 1.</param>
/// <param name="Clusters">K.</param>
/// <param name="Data">What it trained on.</param>
/// <param name="Updates">Updates so far.</param>
/// <param name="TotalUpdates">Updates that the run was planned for, where known.</param>
/// <param name="LossBits">Masked loss, where published.</param>
/// <param name="AccuracyMasked">Where published.</param>
/// <param name="AccuracyUnmasked">Where published.</param>
/// <param name="Source">Where the figure was published.</param>
public sealed record ReferenceRun(
    string Run, int Iteration, int Clusters, string Data, long Updates, long? TotalUpdates, double? LossBits, double? AccuracyMasked, double? AccuracyUnmasked, string Source)
{
    private const int Columns = 10;

    /// <summary>loss / log2(K+4), which makes runs with different K comparable.</summary>
    public double? Level => LossBits / Math.Log2(Clusters + 4);

    /// <summary>Every row of the embedded table.</summary>
    public static IReadOnlyList<ReferenceRun> All { get; } = Load();

    /// <summary>The row with a loss whose clusters and progress are nearest; null when none is within a factor of 3 in updates and 4 in clusters.</summary>
    public static ReferenceRun? Nearest(int clusters, long updates) =>
        All.Where(r => r.LossBits is not null && Ratio(r.Updates, updates) <= 3 && Ratio(r.Clusters, clusters) <= 4)
            .MinBy(r => Math.Log(Ratio(r.Updates, updates)) + Math.Log(Ratio(r.Clusters, clusters)));

    private static double Ratio(double a, double b) => Math.Max(a, b) / Math.Max(1, Math.Min(a, b));

    private static List<ReferenceRun> Load()
    {
        using var stream = typeof(ReferenceRun).Assembly.GetManifestResourceStream("doctor/reference-bands.tsv")!;
        using var reader = new StreamReader(stream);
        var rows = new List<ReferenceRun>();
        reader.ReadLine(); // the names of the columns
        while (reader.ReadLine() is { } line)
        {
            var c = line.Split('\t');
            if (c.Length != Columns)
                throw new InvalidDataException($"reference-bands.tsv: {line}");
            rows.Add(new ReferenceRun(c[0], int.Parse(c[1]), int.Parse(c[2]), c[3], long.Parse(c[4]), c[5].Length == 0 ? null : long.Parse(c[5]),
                Number(c[6]), Number(c[7]), Number(c[8]), c[9]));
        }
        return rows;
    }

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
