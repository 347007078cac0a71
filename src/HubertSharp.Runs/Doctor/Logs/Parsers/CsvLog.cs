using System.Globalization;
using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Tables: Lightning's <c>metrics.csv</c>, TensorBoard's and Weights &amp; Biases' downloads (<c>Wall time,Step,Value</c>), and two plain
/// columns of updates and losses, with or without a header, between commas, semicolons, tabs or blanks; and the tables of notebooks and
/// model cards (<c>Step | Training Loss | Validation Loss | Wer</c>).
/// </summary>
internal sealed class CsvLog
{
    private const int MostColumns = 4096;
    private readonly char _separator;
    private readonly MetricName[] _columns;
    private readonly int _update;
    private readonly bool _headless;

    private CsvLog(char separator, MetricName[] columns, int update, bool headless, bool isLightning)
    {
        (_separator, _columns, _update, _headless, IsLightning) = (separator, columns, update, headless, isLightning);
    }

    public bool IsLightning { get; }

    /// <summary>Rows whose cells are not what their columns say.</summary>
    public int Broken { get; private set; }

    /// <summary>Understands a file by its first line that is not empty; null where that is no table of losses.</summary>
    public static CsvLog? Begin(ReadOnlySpan<byte> firstLine)
    {
        if (firstLine.Length > 1 << 16 || firstLine.IndexOfAny("{}="u8) >= 0)
            return null;
        var text = Encoding.UTF8.GetString(firstLine).Trim('\ufeff', ' ', '\t');
        foreach (var separator in ",;\t| ")
        {
            var cells = Split(text, separator);
            if (cells.Length is < 2 or > MostColumns)
                continue;
            var numbers = cells.Select(c => Number(c, separator) is not null).ToList();
            if (numbers.All(n => n))
                return cells.Length is 2 or 3 ? Plain(separator, cells.Length) : null;
            if (separator != ' ' && !numbers.Contains(true) && Header(separator, cells) is { } log)
                return log;
        }
        return null;
    }

    /// <summary>A row; nothing for the header and for rows without a number of interest.</summary>
    public IReadOnlyList<LogSample> Parse(ReadOnlySpan<byte> line)
    {
        var cells = Split(Encoding.UTF8.GetString(line).Trim('\ufeff', ' ', '\t'), _separator);
        return _headless || cells.Length > 1 ? Rows(cells) : [];
    }

    private List<LogSample> Rows(string[] cells)
    {
        if (cells.Length <= _update || Number(cells[_update], _separator) is not (>= 0 and < 1e15 and var update))
        {
            Broken += cells.Length > 1 && cells.Any(c => Number(c, _separator) is not null) ? 1 : 0;
            return [];
        }
        var samples = new List<LogSample>(2);
        for (var i = 0; i < Math.Min(cells.Length, _columns.Length); i++)
        {
            if (_columns[i].Measure is null || Number(cells[i], _separator) is not { } value)
                continue;
            var kind = _columns[i].Kind ?? LineKind.Window;
            var sample = samples.Find(s => s.Kind == kind);
            if (sample is null)
                samples.Add(sample = new LogSample
                {
                    Kind = kind,
                    Tag = kind == LineKind.Valid ? "valid" : "train",
                    Update = (long)update,
                });
            sample.Set(_columns[i], value);
        }
        samples.RemoveAll(s => !s.HasMetrics);
        return samples;
    }

    private static CsvLog Plain(char separator, int columns)
    {
        // two columns: update, loss; three: TensorBoard's wall time, step, value without its header
        var names = Enumerable.Repeat(MetricName.Unknown, columns).ToArray();
        names[^1] = new MetricName(Metric.Loss, LineKind.Window);
        return new CsvLog(separator, names, columns - 2, headless: true, isLightning: false);
    }

    private static CsvLog? Header(char separator, string[] cells)
    {
        var update = Array.FindIndex(cells,
            c => Clean(c) is "update" or "updates" or "num_updates" or "step" or "steps" or "global_step" or "iteration" or "iter");
        if (update < 0)
            update = Array.FindIndex(cells, c => Clean(c) is "epoch");
        if (update < 0)
            return null;
        var columns = cells.Select((c, i) => i == update ? MetricName.Unknown : Column(c)).ToArray();
        if (!columns.Any(c => c.Measure is Metric.Loss or Metric.LossMasked or Metric.AccuracyMasked or Metric.ContrastiveLoss))
            return null;
        var isLightning = cells.Any(c => c.EndsWith("_step", StringComparison.Ordinal)
            || c.EndsWith("_epoch", StringComparison.Ordinal)
            || c.Contains("masked_accuracy", StringComparison.Ordinal));
        return new CsvLog(separator, columns, update, headless: false, isLightning);
    }

    // "hubert - train_inner/loss_m_0" of Weights & Biases; "Value" of TensorBoard
    private static MetricName Column(string cell)
    {
        var name = cell.Trim().Trim('"');
        if (name.EndsWith("__MIN", StringComparison.Ordinal) || name.EndsWith("__MAX", StringComparison.Ordinal))
            return MetricName.Unknown;
        var dash = name.LastIndexOf(" - ", StringComparison.Ordinal);
        name = dash < 0 ? name : name[(dash + 3)..];
        return name is "Value" or "value" ? new MetricName(Metric.Loss, LineKind.Window) : MetricName.Of(name);
    }

    private static string Clean(string cell) => cell.Trim().Trim('"').ToLowerInvariant();

    private static string[] Split(string text, char separator) =>
        (separator == '|' ? text.Trim('|') : text).Split(separator,
            separator == ' ' ? StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries : StringSplitOptions.TrimEntries);

    private static double? Number(string cell, char separator)
    {
        cell = cell.Trim('"');
        if (separator is ';' or '\t' && !cell.Contains('.', StringComparison.Ordinal))
            cell = cell.Replace(',', '.'); // as spreadsheets of half of Europe write it
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : cell.ToLowerInvariant() switch
            {
                "nan" => double.NaN,
                "inf" or "infinity" => double.PositiveInfinity,
                "-inf" or "-infinity" => double.NegativeInfinity,
                _ => null,
            };
    }
}
