namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>A column of a table.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Run">Whose it is, where the table has several runs side by side; else empty.</param>
internal readonly record struct CsvColumn(MetricName Name, string Run);

/// <summary>What the columns of a table hold, by its header.</summary>
internal sealed class CsvColumns
{
    private const int EpochRank = 9;
    private readonly CsvColumn[] _columns;
    private readonly int _run = -1; // a column that names the run of each row
    private int _metric = -1; // a column that names the value of each row

    private CsvColumns(CsvColumn[] columns, int update, int run = -1) => (_columns, Update, _run) = (columns, update, run);

    /// <summary>Index of the column of updates.</summary>
    public int Update { get; }

    /// <summary>That column counts epochs, of which nobody tells how many updates they have.</summary>
    public bool CountsEpochs { get; private init; }

    /// <summary>A loss is there and no steps: no column that counts the updates.</summary>
    public bool HasNoSteps { get; private init; }

    /// <summary>Columns whose names were understood.</summary>
    public int Understood => _columns.Count(c => c.Name.Measure is not null);

    public int Count => _columns.Length;

    public bool IsLightning { get; private init; }

    /// <summary>Steps are there and no loss: the columns that may be one.</summary>
    public IReadOnlyList<string> Unnamed { get; private init; } = [];

    public CsvColumn this[int index] => _columns[index];

    /// <summary>Whether a column holds whole numbers.</summary>
    public bool IsCount(int index) => index == Update || (index < Count && _columns[index].Name.Measure is Metric.Updates);

    /// <summary>What a row's value is, where a column names it, as tables of MLflow and TensorBoard in long form do.</summary>
    public string? MetricOf(string[] cells) => _metric >= 0 && _metric < cells.Length ? cells[_metric] : null;

    /// <summary>The run of a row, where a column names it.</summary>
    public string? RunOf(string[] cells) => _run >= 0 && _run < cells.Length ? cells[_run] : null;

    /// <summary>Two columns: update, loss; three: TensorBoard's wall time, step, value without its header.</summary>
    public static CsvColumns Plain(int count)
    {
        var columns = Enumerable.Repeat(new CsvColumn(MetricName.Unknown, ""), count).ToArray();
        columns[^1] = new CsvColumn(new MetricName(Metric.Loss, LineKind.Window), "");
        return new CsvColumns(columns, count - 2);
    }

    /// <summary>Columns that nobody can tell apart.</summary>
    public static CsvColumns Nameless(IReadOnlyList<string> names) => new([], -1) { Unnamed = names };

    /// <summary>Understands a header; null where it is none of a table of steps.</summary>
    public static CsvColumns? Of(string[] cells)
    {
        var ranks = cells.Select((cell, i) => (Rank: RankOf(cell), Index: i)).Where(r => r.Rank is not null).ToList();
        if (ranks.Count == 0)
            return cells.Any(c => IsJudged(Column(c)))
                && !cells.Any(c => c.AsSpan().IndexOfAny("{}:=") >= 0) // no line of a log
                ? new CsvColumns([], -1) { Unnamed = [.. cells.Where(c => !IsJudged(Column(c)))], HasNoSteps = true }
                : null;
        var (rank, update) = ranks.MinBy(r => r.Rank);
        var columns = cells.Select((cell, i) => i == update ? new CsvColumn(MetricName.Unknown, "") : Column(cell)).ToArray();
        if (!columns.Any(IsJudged))
            return WithoutLoss(cells, columns, update);
        ApartBySlashes(cells, columns);
        OneOfEach(columns);
        var isLightning = cells.Any(c => c.EndsWith("_step", StringComparison.Ordinal) && !IsStep(c)
            || c.EndsWith("_epoch", StringComparison.Ordinal)
            || c.Contains("masked_accuracy", StringComparison.Ordinal));
        return new CsvColumns(columns, update, Array.FindIndex(cells, IsRunName))
        {
            IsLightning = isLightning,
            CountsEpochs = rank == EpochRank,
            _metric = cells.Any(IsValue) ? Array.FindIndex(cells, IsMetricName) : -1,
        };
    }

    private static bool IsStep(string cell) =>
        StepName.RankOf(cell[(cell.LastIndexOf(" - ", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0)..]) is not null;

    private static bool IsValue(string cell) => LocalName.InEnglish(cell.Trim().ToLowerInvariant()) == "value";

    private static bool IsMetricName(string cell) => cell.Trim().ToLowerInvariant() is "metric" or "metrics" or "metric_name"
        or "key" or "tag" or "variable" or "指标";

    // A column of one run's own steps is a value of it: only one of all rows dates them.
    private static int? RankOf(string cell) =>
        cell.Contains(" - ", StringComparison.Ordinal) ? null
        : StepName.RankOf(cell) ?? (LocalName.InEnglish(cell.Trim().ToLowerInvariant()) == "epoch" ? EpochRank : null);

    private static bool IsRunName(string cell) =>
        LocalName.InEnglish(cell.Trim().ToLowerInvariant()) is "run" or "run_name" or "run name" or "name" or "exp" or "exp_name"
            or "experiment" or "run_id" or "run id" or "runid" or "trial" or "trial_id" or "job" or "seed" or "model" or "config"
            or "version" or "fold" or "group";

    // "hubert - train_inner/loss_m_0" of Weights & Biases; "Value" of TensorBoard
    private static CsvColumn Column(string cell)
    {
        var name = cell.Trim();
        if (name.EndsWith("__MIN", StringComparison.Ordinal) || name.EndsWith("__MAX", StringComparison.Ordinal))
            return new CsvColumn(MetricName.Unknown, "");
        var dash = name.LastIndexOf(" - ", StringComparison.Ordinal);
        var (run, rest) = dash < 0 ? ("", name) : (name[..dash].Trim(), name[(dash + 3)..].Trim());
        if (dash > 0 && StepName.RankOf(rest) is <= 1)
            return new CsvColumn(new MetricName(Metric.Updates, null), run);
        return new CsvColumn(
            IsValue(rest)
                ? new MetricName(Metric.Loss, LineKind.Window)
                : MetricName.Of(rest), run);
    }

    private static bool IsJudged(CsvColumn column) =>
        column.Name.Measure is Metric.Loss or Metric.LossMasked or Metric.AccuracyMasked or Metric.ContrastiveLoss or Metric.FirstPart
            or Metric.CtcLoss or Metric.DecoderLoss or Metric.LossPerToken;

    // "a/loss,b/loss": the same value under two names that are no parts of one run
    private static void ApartBySlashes(string[] cells, CsvColumn[] columns)
    {
        var same = columns.Select((column, i) => (Column: column, Index: i))
            .Where(c => c.Column.Run.Length == 0 && IsJudged(c.Column))
            .GroupBy(c => (c.Column.Name.Measure, c.Column.Name.Kind, c.Column.Name.Set, c.Column.Name.Language))
            .Where(g => g.Select(c => PrefixOf(cells[c.Index])).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).Count() > 1);
        if (!same.Any())
            return;
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Run.Length == 0 && columns[i].Name.Measure is not null)
                columns[i] = columns[i] with { Run = PrefixOf(cells[i]) };
        }
    }

    // what stands before the last slashes and is no part of a run's own names
    private static string PrefixOf(string cell)
    {
        var parts = cell.Trim().Split('/');
        return string.Join('/', parts[..^1].Where(p => !MetricName.IsScope(p)));
    }

    // Two columns of one run for one value ("loss" and "train_loss"): the first counts.
    private static void OneOfEach(CsvColumn[] columns)
    {
        var seen = new HashSet<(string, Metric?, LineKind?, int, string?)>();
        for (var i = 0; i < columns.Length; i++)
        {
            var (name, run) = columns[i];
            if (name.Measure is not null && !seen.Add((run, name.Measure, name.Kind ?? LineKind.Window, name.Set, name.Language)))
                columns[i] = new CsvColumn(MetricName.Unknown, "");
        }
    }

    // "step,run1_loss,run2_loss" names each; "step,run1,run2" may be anything
    private static CsvColumns? WithoutLoss(string[] cells, CsvColumn[] columns, int update)
    {
        var others = Enumerable.Range(0, cells.Length).Where(i => i != update
            && columns[i].Name.Measure is null
            && cells[i].Length > 0
            && !cells[i].EndsWith("__MIN", StringComparison.Ordinal)
            && !cells[i].EndsWith("__MAX", StringComparison.Ordinal)
            && RankOf(cells[i]) is null
            && !IsRunName(cells[i])).ToList();
        var losses = others.Where(i => cells[i].Contains("loss", StringComparison.OrdinalIgnoreCase)
            || cells[i].Contains("损失", StringComparison.Ordinal)
            || cells[i].Contains("verlust", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var i in losses)
            columns[i] = new CsvColumn(new MetricName(Metric.Loss, MetricName.Of(cells[i]).Kind), losses.Count > 1 ? cells[i] : "");
        return losses.Count > 0 ? new CsvColumns(columns, update, Array.FindIndex(cells, IsRunName))
            : others.Count > 0 && columns.All(c => c.Name.Measure is null) ? new CsvColumns(columns, update)
            {
                Unnamed = [.. others.Select(i => cells[i])],
            }
            : null;
    }
}
