using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Tables: Lightning's <c>metrics.csv</c>, TensorBoard's and Weights &amp; Biases' downloads (<c>Wall time,Step,Value</c>; one column for
/// each run), and two plain columns of updates and losses, with or without a header, between commas, semicolons, tabs or blanks; and the
/// tables of notebooks and model cards (<c>Step | Training Loss | Validation Loss | Wer</c>).
/// </summary>
internal sealed class CsvLog
{
    private const int MostColumns = 4096;
    private readonly CsvCells _cells;
    private readonly CsvColumns _columns;
    private readonly bool _headless;
    private readonly NameTable _names = new();

    private CsvLog(CsvCells cells, CsvColumns columns, bool headless)
    {
        (_cells, _columns, _headless) = (cells, columns, headless);
    }

    public bool IsLightning => _columns.IsLightning;

    /// <summary>Its first line is a row.</summary>
    public bool IsHeadless => _headless;

    /// <summary>Rows whose cells are not what their columns say.</summary>
    public int Broken { get; private set; }

    /// <summary>The table has steps and no column that says that it is a loss: the names of the others; else empty.</summary>
    public IReadOnlyList<string> Unnamed => _columns.Unnamed;

    /// <inheritdoc cref="CsvColumns.HasNoSteps"/>
    public bool HasNoSteps => _columns.HasNoSteps;

    /// <inheritdoc cref="CsvColumns.CountsEpochs"/>
    public bool CountsEpochs => _columns.CountsEpochs;

    /// <summary>Understands a file by its first line that is not empty; null where that is no table of losses.</summary>
    public static CsvLog? Begin(ReadOnlySpan<byte> firstLine)
    {
        if (firstLine.Length > 1 << 16)
            return null;
        CsvLog? best = null;
        foreach (var reading in CsvCells.Readings(firstLine.ToArray()))
        {
            // of several readings of the same bytes the one in which most columns have a name that is known
            if (Begin(reading.Trim('\ufeff', ' ', '\t')) is { } table && !(table._columns.Understood <= best?._columns.Understood))
                best = table;
        }
        return best;
    }

    /// <summary>A first line of words above a line of as many numbers: a table whose columns nobody knows.</summary>
    public static CsvLog? Nameless(ReadOnlySpan<byte> header, ReadOnlySpan<byte> row)
    {
        var (names, numbers) = (Encoding.UTF8.GetString(header).Trim('\ufeff', ' '), Encoding.UTF8.GetString(row));
        foreach (var separator in ",;\t|")
        {
            var split = new CsvCells(separator);
            var (above, below) = (split.Split(names), split.Split(numbers));
            if (above.Length is >= 2 and <= 64
                && above.Length == below.Length
                && split.Numbers(above, _ => false).All(n => n is null)
                && split.Numbers(below, _ => false).All(n => n is not null))
                return new CsvLog(split, CsvColumns.Nameless(above), false);
        }
        return null;
    }

    private static CsvLog? Begin(string text)
    {
        foreach (var separator in ",;\t|， ")
        {
            var split = new CsvCells(separator);
            var cells = split.Split(text);
            if (cells.Length is < 2 or > MostColumns)
                continue;
            var numbers = split.Numbers(cells, _ => false);
            if (numbers.All(n => n is not null))
                return Headless(new CsvCells(separator), numbers);
            if (separator != ' ' && CsvColumns.Of(cells) is { } columns)
                return new CsvLog(split, columns, false);
        }
        return null;
    }

    // "update,loss"; TensorBoard's "wall time,step,value" begins with the seconds since 1970
    private static CsvLog? Headless(CsvCells cells, double?[] numbers) =>
        numbers.Length == 2 || (numbers.Length == 3 && numbers[0] > 1e8) ? new CsvLog(cells, CsvColumns.Plain(numbers.Length), true)
        : numbers.Length <= 16 && cells.Separator != ' '
            ? new CsvLog(cells, CsvColumns.Nameless([.. numbers.Select((_, i) => $"column {i + 1}")]), true)
        : null;

    /// <summary>A row; nothing for the header and for rows without a number of interest.</summary>
    public IReadOnlyList<LogSample> Parse(ReadOnlySpan<byte> line)
    {
        var cells = _cells.Split(Encoding.UTF8.GetString(line).Trim('\ufeff', ' ', '\t'));
        return _headless || cells.Length > 1 ? Rows(cells) : [];
    }

    private List<LogSample> Rows(string[] cells)
    {
        var numbers = _cells.Numbers(cells, _columns.IsCount);
        if (cells.Length <= _columns.Update || numbers[_columns.Update] is not (>= 0 and < 1e15 and var update))
        {
            Broken += cells.Length > 1 && numbers.Any(n => n is not null) ? 1 : 0;
            return [];
        }
        var ofRow = _columns.RunOf(cells);
        var ofValue = _columns.MetricOf(cells) is { } metric ? _names.Find(Encoding.UTF8.GetBytes(metric)) : null;
        var samples = new List<LogSample>(2);
        for (var i = 0; i < Math.Min(cells.Length, _columns.Count); i++)
        {
            if (_columns[i] is not { Name.Measure: not null } column || numbers[i] is not { } value)
                continue;
            var name = ofValue is not null && column.Name.Measure == Metric.Loss ? ofValue : column.Name;
            if (name.Measure is null)
                continue;
            var (kind, run) = (name.Kind ?? LineKind.Window, ofRow ?? column.Run);
            var sample = samples.Find(s => s.Kind == kind && s.Run == run);
            if (sample is null)
                samples.Add(sample = new LogSample
                {
                    Kind = kind,
                    Tag = kind == LineKind.Valid ? "valid" : "train",
                    Update = (long)Math.Round(CountsEpochs ? update * LogHints.AssumedEpoch : update),
                    Run = run,
                    MayRepeat = kind == LineKind.Valid && samples.Exists(s => s.Kind == LineKind.Window && s.Run == run),
                });
            sample.Set(name, value);
        }
        samples.RemoveAll(s => !s.HasMetrics);
        return samples;
    }
}
