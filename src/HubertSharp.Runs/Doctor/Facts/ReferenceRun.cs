using System.Globalization;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>A figure of a published run, of this project's own fairseq run, or of a run of the user's, with its source.</summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
/// <param name="Run">Who and with what.</param>
/// <param name="Iteration">1 clusters MFCCs, 2 the layers of iteration 1; 0 where unknown.</param>
/// <param name="Clusters">K.</param>
/// <param name="Data">What it trained on.</param>
/// <param name="Updates">Updates so far.</param>
/// <param name="TotalUpdates">Updates that the run was planned for, where known.</param>
/// <param name="LossBits">Masked loss, where published.</param>
/// <param name="AccuracyMasked">Where published.</param>
/// <param name="AccuracyUnmasked">Where published.</param>
/// <param name="Source">Where the figure was published.</param>
public sealed record ReferenceRun(
    string Run, int Iteration, int Clusters, string Data, long Updates, long? TotalUpdates, double? LossBits, double? AccuracyMasked,
    double? AccuracyUnmasked, string Source)
{
    /// <summary>What stands for the data of a user's own run.</summary>
    internal const string OwnData = "own run";

    private const int Columns = 10;
    private const int MostRows = 10_000;

    /// <summary>loss / log2(K+4), which makes runs with different K comparable.</summary>
    public double? Level => LossBits / Math.Log2(Clusters + 4);

    /// <summary>Every row of the embedded table.</summary>
    public static IReadOnlyList<ReferenceRun> All { get; } = Embedded();

    /// <summary>The embedded rows and a user's own: tables of the same columns, or runs that the doctor can read.</summary>
    /// <param name="paths">Tables (<c>.tsv</c>), run folders or logs.</param>
    /// <exception cref="UserException">Neither.</exception>
    public static IReadOnlyList<ReferenceRun> With(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Count == 0
            ? All
            : [.. All, .. paths.SelectMany(p => p.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? Table(p) : OwnRun(p))];
    }

    /// <summary>Reads a table; its first line names the columns.</summary>
    /// <exception cref="UserException">A row that is none, with its line.</exception>
    public static IReadOnlyList<ReferenceRun> Table(string path)
    {
        if (!File.Exists(path))
            throw DoctorFaults.Missing(path);
        using var reader = new StreamReader(RegularFile.OpenRead(path));
        return Rows(reader, (line, expected, found) => DoctorFaults.BadReference(path, line, expected, found));
    }

    // A curve as rows at about equal distances on a logarithmic scale.
    private static IEnumerable<ReferenceRun> OwnRun(string path)
    {
        var found = DoctorInput.Read(path);
        var facts = LossFacts.Of(found.Series, found.Context);
        if (facts is not { IsMasked: true, Context.Clusters: { } clusters })
            throw DoctorFaults.NoReference(path);
        double next = 0;
        var updates = facts.Curve.Updates;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        for (var i = 0; i < updates.Length; i++)
        {
            if (updates[i] < next)
                continue;
            next = updates[i] * 1.3;
            var around = facts.Curve.Losses[Math.Max(0, i - 2)..Math.Min(updates.Length, i + 3)];
            yield return new ReferenceRun(name, 0, clusters, OwnData, (long)updates[i], facts.Context.MaxUpdate, around.Average(), null,
                null, path);
        }
    }

    private static List<ReferenceRun> Embedded()
    {
        using var stream = typeof(ReferenceRun).Assembly.GetManifestResourceStream("doctor/reference-bands.tsv")!;
        using var reader = new StreamReader(stream);
        return Rows(reader,
            (line, expected, found) => new InvalidDataException($"reference-bands.tsv:{line}: expected {expected}, found {found}"));
    }

    private static List<ReferenceRun> Rows(TextReader reader, Func<int, string, string, Exception> fault)
    {
        var rows = new List<ReferenceRun>();
        reader.ReadLine(); // the names of the columns
        for (var line = 2; reader.ReadLine() is { } text && rows.Count < MostRows; line++)
        {
            if (text.Length == 0 || text[0] == '#')
                continue;
            var c = text.Split('\t');
            if (c.Length != Columns)
                throw fault(line, $"{Columns} columns between tabs", $"{c.Length}");
            if (!int.TryParse(c[1], out var iteration)
                || !int.TryParse(c[2], out var clusters)
                || clusters is < 2 or > 10_000_000
                || !long.TryParse(c[4], out var updates)
                || updates < 0)
                throw fault(line, "iteration, clusters and updates as whole numbers", $"'{c[1]}', '{c[2]}', '{c[4]}'");
            var numbers = c[5..9].Select(Number).ToArray();
            if (numbers.Any(n => n is { } v && !double.IsFinite(v)))
                throw fault(line, "numbers or nothing in columns 6 to 9", string.Join(", ", c[5..9]));
            if (numbers[0] is < 0 or > 1e15 || numbers[1] is <= 0 or > 100 || numbers[2] is < 0 or > 1 || numbers[3] is < 0 or > 1)
                throw fault(line, "planned updates, a loss in bits, and accuracies from 0 to 1 in columns 6 to 9",
                    string.Join(", ", c[5..9]));
            rows.Add(new ReferenceRun(
                c[0], iteration, clusters, c[3], updates, (long?)numbers[0], numbers[1], numbers[2], numbers[3], c[9]));
        }
        return rows;
    }

    private static double? Number(string text) =>
        text.Length == 0 ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : double.NaN;
}
