using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Curves;

/// <summary>The lines of one kind as columns: the update, and the values that the page draws.</summary>
internal sealed partial class CurveTable
{
    /// <summary>Above this every second row goes; a chart has a few thousand pixels.</summary>
    internal const int MaximumRows = 1 << 20;
    private const int MaximumLanguageColumns = 16;
    private const int MaximumLayerColumns = 16;

    /// <summary>Seconds per update, from updates per second.</summary>
    public const string StepSeconds = "step_s";

    private static readonly HashSet<string> Known =
    [
        "loss", "loss_m_0", "loss_u_0", "nll_loss", "loss_features_pen", "correct_m_0", "correct_u_0", "uer", "wer", "mel_error",
        "gnorm", "lr", "loss_scale", "clip",
        "ups", "wps", "audio_s_per_s", "peak_rss_mib", "gb_free", "train_wall", "skipped_updates",
    ];

    private readonly List<double> _updates = [];
    private readonly Dictionary<string, List<float>> _columns = [];
    private int _languageColumns;
    private int _layerColumns;

    public int Rows => _updates.Count;

    /// <summary>Every second row was dropped to bound the memory.</summary>
    public bool IsThinned { get; private set; }

    public IEnumerable<string> Columns => _columns.Keys;

    /// <summary>Adds a line; one that goes back (a resume from an older checkpoint) replaces the rows from its update on.</summary>
    /// <returns>Whether earlier rows were changed.</returns>
    public bool Add(MetricsLine line)
    {
        if (line.Update is not { } update)
            return false;
        var goesBack = Rows > 0 && update <= _updates[^1];
        if (goesBack)
            Cut(update);
        else if (Rows == MaximumRows)
            Halve();
        var thinned = Rows == MaximumRows / 2 && IsThinned;
        _updates.Add(update);
        foreach (var key in line.Keys)
            Set(key, line[key]!.Value);
        if (line["ups"] is > 0 and var speed)
            Set(StepSeconds, 1 / speed);
        foreach (var column in _columns.Values.Where(c => c.Count < Rows))
            column.Add(float.NaN);
        return goesBack || thinned;
    }

    public void Clear()
    {
        _updates.Clear();
        _columns.Clear();
        (_languageColumns, _layerColumns, IsThinned) = (0, 0, false);
    }

    /// <summary>A column from a row on, within a range of updates, thinned to the pixels of a chart; null where no line has it.</summary>
    public CurvePoints? Points(
        string column, int buckets, int fromRow = 0, double from = double.NegativeInfinity, double to = double.PositiveInfinity)
    {
        if (!_columns.TryGetValue(column, out var values))
            return null;
        var x = CollectionsMarshal.AsSpan(_updates);
        var start = Math.Max(fromRow, Find(x, from));
        var end = double.IsPositiveInfinity(to) ? x.Length : Math.Min(x.Length, Find(x, Math.BitIncrement(to)));
        return start >= end
            ? new CurvePoints([], [])
            : Downsampling.MinMax(x[start..end], CollectionsMarshal.AsSpan(values)[start..end], buckets);
    }

    private void Set(string key, double value)
    {
        if (!_columns.TryGetValue(key, out var column))
        {
            if (!Known.Contains(key)
                && key != StepSeconds
                && (!LayerColumn().IsMatch(key) || ++_layerColumns > MaximumLayerColumns)
                && (!LanguageColumn().IsMatch(key) || ++_languageColumns > MaximumLanguageColumns))
                return;
            _columns.Add(key, column = []);
            CollectionsMarshal.SetCount(column, Rows - 1);
            CollectionsMarshal.AsSpan(column).Fill(float.NaN);
        }
        if (column.Count < Rows)
            column.Add((float)value);
    }

    private void Cut(double update)
    {
        var keep = Find(CollectionsMarshal.AsSpan(_updates), update);
        foreach (var column in _columns.Values)
            column.RemoveRange(keep, column.Count - keep);
        _updates.RemoveRange(keep, _updates.Count - keep);
    }

    private void Halve()
    {
        IsThinned = true;
        for (var i = 0; i < Rows / 2; i++)
        {
            _updates[i] = _updates[2 * i];
            foreach (var column in _columns.Values)
                column[i] = column[2 * i];
        }
        var half = Rows / 2;
        foreach (var column in _columns.Values)
            column.RemoveRange(half, column.Count - half);
        _updates.RemoveRange(half, _updates.Count - half);
    }

    // the first row at or after the update
    private static int Find(ReadOnlySpan<double> x, double update)
    {
        var at = x.BinarySearch(update);
        return at >= 0 ? at : ~at;
    }

    // the masked loss of a middle layer that predicts, too
    [GeneratedRegex(@"\Alayer[0-9]{1,4}_loss_m_0\z")]
    private static partial Regex LayerColumn();

    // of masked prediction, and of transcripts
    [GeneratedRegex(@"\A(?:(?:loss|correct)_m_0_[A-Za-z0-9-]{1,16}|[uw]er_[A-Za-z0-9_-]{1,16})\z")]
    private static partial Regex LanguageColumn();
}
