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

    private CsvLog(CsvCells cells, CsvColumns columns, bool headless)
    {
        (_cells, _columns, _headless) = (cells, columns, headless);
    }

    public bool IsLightning => _columns.IsLightning;

    /// <summary>Rows whose cells are not what their columns say.</summary>
    public int Broken { get; private set; }

    /// <summary>The table has steps and no column that says that it is a loss: the names of the others; else empty.</summary>
    public IReadOnlyList<string> Unnamed => _columns.Unnamed;

    /// <summary>Understands a file by its first line that is not empty; null where that is no table of losses.</summary>
    public static CsvLog? Begin(ReadOnlySpan<byte> firstLine)
    {
        if (firstLine.Length > 1 << 16)
            return null;
        foreach (var reading in CsvCells.Readings(firstLine.ToArray()))
        {
            var text = reading.Trim('\ufeff', ' ', '\t');
            foreach (var separator in ",;\t|， ")
            {
                var split = new CsvCells(separator);
                var cells = split.Split(text);
                if (cells.Length is < 2 or > MostColumns)
                    continue;
                if (split.Numbers(cells, _ => false).All(n => n is not null))
                    return cells.Length is 2 or 3 ? new CsvLog(new CsvCells(separator), CsvColumns.Plain(cells.Length), true) : null;
                if (separator != ' ' && CsvColumns.Of(cells) is { } columns)
                    return new CsvLog(split, columns, false);
            }
        }
        return null;
    }

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
        var samples = new List<LogSample>(2);
        for (var i = 0; i < Math.Min(cells.Length, _columns.Count); i++)
        {
            if (_columns[i] is not { Name.Measure: not null } column || numbers[i] is not { } value)
                continue;
            var (kind, run) = (column.Name.Kind ?? LineKind.Window, ofRow ?? column.Run);
            var sample = samples.Find(s => s.Kind == kind && s.Run == run);
            if (sample is null)
                samples.Add(sample = new LogSample
                {
                    Kind = kind,
                    Tag = kind == LineKind.Valid ? "valid" : "train",
                    Update = (long)update,
                    Run = run,
                    MayRepeat = kind == LineKind.Valid && samples.Exists(s => s.Kind == LineKind.Window && s.Run == run),
                });
            sample.Set(column.Name, value);
        }
        samples.RemoveAll(s => !s.HasMetrics);
        return samples;
    }
}
