using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Curves;

/// <summary>The curves of one run in memory, brought up to date by reading what its log grew by. Any thread may ask.</summary>
internal sealed class RunCurves(string metricsPath, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly MetricsTail _tail = new();
    private readonly CurveTable _train = new();
    private readonly CurveTable _valid = new();
    private string? _validTag;
    private int _unreadable;

    /// <summary>Changes whenever rows that were handed out are no longer true.</summary>
    private int _generation = 1;

    /// <summary>By the clock's ticks.</summary>
    public long LastAsked { get; private set; } = clock.GetTimestamp();

    /// <summary>Where the curves stand now, after reading what is new.</summary>
    /// <exception cref="IOException">The log is gone or cannot be read.</exception>
    public CurveCursor Refresh()
    {
        lock (_lock)
        {
            LastAsked = clock.GetTimestamp();
            _tail.Read(metricsPath, Take, Restart);
            return Cursor();
        }
    }

    /// <summary>Columns within a range of updates, thinned; of the train lines and of the validations.</summary>
    /// <param name="columns">The columns; empty for all.</param>
    public CurveSlice Slice(int buckets, IReadOnlyCollection<string> columns, double from = double.NegativeInfinity,
        double to = double.PositiveInfinity) => Slice(new CurveCursor(0, 0, 0), buckets, columns, from, to);

    /// <summary>What came after a cursor; everything where the cursor belongs to rows that are no longer true.</summary>
    public CurveSlice Since(CurveCursor cursor, int buckets, IReadOnlyCollection<string> columns) =>
        Slice(cursor, buckets, columns, double.NegativeInfinity, double.PositiveInfinity);

    private CurveSlice Slice(CurveCursor after, int buckets, IReadOnlyCollection<string> columns, double from, double to)
    {
        lock (_lock)
        {
            var isDelta = after.Generation == _generation && after.TrainRows <= _train.Rows && after.ValidRows <= _valid.Rows;
            return new CurveSlice(Cursor(), isDelta, Columns(_train, isDelta ? after.TrainRows : 0),
                Columns(_valid, isDelta ? after.ValidRows : 0), _unreadable + _tail.TooLong, _train.IsThinned || _valid.IsThinned);
        }

        Dictionary<string, CurvePoints> Columns(CurveTable table, int fromRow) =>
            table.Columns.Where(c => columns.Count == 0 || columns.Contains(c))
                .Select(c => (Name: c, Points: table.Points(c, buckets, fromRow, from, to)!))
                .Where(c => c.Points.X.Count > 0)
                .ToDictionary(c => c.Name, c => c.Points);
    }

    private CurveCursor Cursor() => new(_generation, _train.Rows, _valid.Rows);

    private void Restart()
    {
        _train.Clear();
        _valid.Clear();
        (_validTag, _unreadable) = (null, 0);
        _generation++;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Trim(" \t\r"u8).IsEmpty)
            return;
        if (MetricsLine.TryParse(bytes) is not { } line)
        {
            _unreadable++;
            return;
        }
        if (line.IsTrainEpoch || line.Update is null)
            return;
        if (!line.IsTrainInner && (_validTag ??= line.Tag) != line.Tag)
            return; // one validation set; the doctor names the others
        if ((line.IsTrainInner ? _train : _valid).Add(line))
            _generation++;
    }
}

/// <summary>How much of a run's curves a browser has.</summary>
internal readonly record struct CurveCursor(int Generation, int TrainRows, int ValidRows)
{
    public override string ToString() => $"{Generation}:{TrainRows}:{ValidRows}";

    public static CurveCursor? Parse(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 3
            && int.TryParse(parts[0], out var generation)
            && int.TryParse(parts[1], out var train)
            && int.TryParse(parts[2], out var valid)
            && train >= 0
            && valid >= 0
            ? new CurveCursor(generation, train, valid)
            : null;
    }
}

/// <summary>Curves on their way to the browser.</summary>
/// <param name="Cursor">Where they end.</param>
/// <param name="IsDelta">They continue what the browser has; otherwise they replace it.</param>
/// <param name="Train">Means over some updates each.</param>
/// <param name="Valid">Validations.</param>
/// <param name="UnreadableLines">Damaged lines that were passed over.</param>
/// <param name="IsThinned">The server itself holds every second line only.</param>
internal sealed record CurveSlice(
    CurveCursor Cursor, bool IsDelta, IReadOnlyDictionary<string, CurvePoints> Train, IReadOnlyDictionary<string, CurvePoints> Valid,
    int UnreadableLines, bool IsThinned);
