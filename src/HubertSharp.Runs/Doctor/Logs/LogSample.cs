namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>One line of metrics as its parser understood it.</summary>
internal sealed class LogSample
{
    private const int MostSets = 16;
    private const int MostLanguages = 32;
    private const int MostQuantizers = 256;
    private Dictionary<string, LanguageFigures>? _languages;
    private List<double>? _sets;
    private Dictionary<int, QuantizerFigures>? _codebooks;
    private List<LogSample>? _beside;

    public required LineKind Kind { get; set; }

    /// <summary>Name of the split, for several validation sets.</summary>
    public string Tag { get; set; } = "";

    public MetricPoint Point { get; } = new();

    /// <summary>Updates so far, where the line says them.</summary>
    public long? Update { get; set; }

    /// <summary>Epoch from 1, and the number of its last batch from 1, where the line counts like that.</summary>
    public (long Epoch, long Batch)? Position { get; set; }

    /// <summary>The batches of <see cref="Position"/> are micro-batches, several to an update.</summary>
    public bool CountsMicroBatches { get; init; }

    /// <summary>The loss is a sum over frames whose number is not logged.</summary>
    public bool LossIsSum { get; set; }

    /// <summary>The run that it belongs to, where one log holds several.</summary>
    public string Run { get; init; } = "";

    /// <summary>Its values may be those of an earlier line, written once more: a filled table, a progress bar.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>What the same line tells of epochs and validations: there a progress bar repeats the last ones.</summary>
    public IReadOnlyList<LogSample> Beside => _beside ?? [];

    /// <summary>Metrics of its own kind.</summary>
    public bool HasOwnMetrics { get; private set; }

    public bool HasMetrics => HasOwnMetrics || (_beside?.Exists(s => s.HasOwnMetrics) ?? false);

    public void Set(MetricName name, double value)
    {
        if (name.Measure is not { } metric)
            return;
        if (Kind == LineKind.Window && name.Kind is { } kind and not LineKind.Window)
        {
            BesideOf(kind).Set(name, value);
            return;
        }
        if (metric is Metric.CodesUsed or Metric.QuantizerPerplexity)
        {
            SetQuantizer(name.Set, metric, value);
            return;
        }
        if (name.Language is { } language)
        {
            _languages ??= new Dictionary<string, LanguageFigures>(StringComparer.Ordinal);
            if (name.Set == 0 && (_languages.Count < MostLanguages || _languages.ContainsKey(language)))
                _languages[language] = Split(_languages.GetValueOrDefault(language), metric, value);
            Point.Languages = _languages;
            return;
        }
        if (name.Set > 0)
        {
            _sets ??= [];
            if (metric == Metric.LossMasked && name.Set == _sets.Count + 1 && _sets.Count < MostSets)
                _sets.Add(value);
            Point.OtherSets = _sets;
            return;
        }
        if (metric == Metric.Updates)
            Update = value is >= 0 and < 1e15 ? (long)value : Update;
        else
            Point[metric] = value;
        HasOwnMetrics |= metric is Metric.Loss or Metric.LossMasked or Metric.AccuracyMasked or Metric.ContrastiveLoss or Metric.FirstPart
            or Metric.UnitErrorRate or Metric.WordErrorRate or Metric.CtcLoss or Metric.LossPerToken or Metric.DecoderLoss;
    }

    // those of training are of averages, in which codes with new places count as alive
    private void SetQuantizer(int number, Metric metric, double value)
    {
        if (Kind != LineKind.Valid || number is < 1 or > MostQuantizers)
            return;
        _codebooks ??= [];
        var figures = _codebooks.GetValueOrDefault(number);
        _codebooks[number] = metric == Metric.CodesUsed ? figures with { Used = value } : figures with { Perplexity = value };
        Point.Codebooks = _codebooks;
    }

    private LogSample BesideOf(LineKind kind)
    {
        _beside ??= [];
        if (_beside.Find(s => s.Kind == kind) is { } there)
            return there;
        var tag = kind == LineKind.Valid ? "valid" : "train";
        _beside.Add(new LogSample { Kind = kind, Tag = tag, Run = Run, CountsMicroBatches = CountsMicroBatches });
        return _beside[^1];
    }

    private static LanguageFigures Split(LanguageFigures figures, Metric metric, double value) => metric switch
    {
        Metric.LossMasked => figures with { Loss = value },
        Metric.LossPerToken => figures with { SymbolLoss = value },
        Metric.AccuracyMasked => figures with { Accuracy = value },
        Metric.UnitErrorRate => figures with { SymbolErrors = value },
        Metric.WordErrorRate => figures with { WordErrors = value },
        _ => figures,
    };
}

/// <summary>What a line of metrics is a mean over.</summary>
internal enum LineKind
{
    /// <summary>Some updates, or one.</summary>
    Window,

    /// <summary>The updates of an epoch.</summary>
    Epoch,

    /// <summary>A validation.</summary>
    Valid,
}
