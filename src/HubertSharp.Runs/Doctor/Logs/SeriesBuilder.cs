namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Puts the lines of a log together to curves: restarts, duplicates, validation sets, thinning.</summary>
internal sealed class SeriesBuilder(LogHints hints)
{
    private const int MostValidSets = 16;
    private readonly CurveBuffer _windows = new();
    private readonly CurveBuffer _epochs = new();
    private readonly Dictionary<string, CurveBuffer> _valid = new(StringComparer.Ordinal);
    private readonly List<string> _validTags = [];
    private readonly SpikeWatch _spikes = new();
    private readonly ObjectiveSigns _signs = new();
    private PositionCounter? _positions;
    private NotFiniteLines _notFinite, _notFiniteEpochs, _notFiniteValid;
    private LossScaleHistory _scale;
    private MetricPoint? _head;
    private readonly Dictionary<(LineKind, string), (double?, double?, double?, double?)> _said = [];
    private readonly List<long> _resumed = [];
    private int _restarts;
    private long _loads;
    private int _sets = 1;
    private bool _lossIsSum;

    public void Add(LogSample sample)
    {
        var point = sample.Point;
        if (UpdateOf(sample) is not { } update || (sample.MayRepeat && IsSaidAgain(sample)))
            return;
        if (sample.HasOwnMetrics)
            AddOwn(sample, point, update);
        foreach (var beside in sample.Beside)
        {
            (beside.Update, beside.Position) = (sample.Position is null ? sample.Update : null, sample.Position);
            if (beside.HasOwnMetrics && !(sample.HasOwnMetrics && IsSaidAgain(beside)))
                Add(beside);
        }
    }

    // A progress bar shows the last validation beside every loss that follows it; so does a table whose gaps were filled.
    private bool IsSaidAgain(LogSample sample)
    {
        var point = sample.Point;
        var figures = (point.Prediction, point.AccuracyMasked ?? point[Metric.Accuracy], point[Metric.WordErrorRate],
            point[Metric.UnitErrorRate]);
        var key = (sample.Kind, sample.Tag);
        if (_said.TryGetValue(key, out var before) && before == figures)
            return true;
        _said[key] = figures;
        return false;
    }

    private void AddOwn(LogSample sample, MetricPoint point, long update)
    {
        point.Update = update;
        point.TakePerFrame();
        _signs.Look(point);
        _lossIsSum |= sample.LossIsSum;
        _sets = Math.Max(_sets, 1 + point.OtherSets.Count);
        hints.MetricsSeen();
        var judged = point.Prediction ?? point.Loss;
        if (sample.Kind == LineKind.Valid)
        {
            if (judged is { } valid)
                _notFiniteValid.Add(update, valid);
            AddValid(sample.Tag, point);
            return;
        }
        var buffer = sample.Kind == LineKind.Window ? _windows : _epochs;
        if (buffer.Count > 0 && update <= buffer.LastUpdate)
        {
            if (update == buffer.LastUpdate)
                return; // said twice: a progress bar, several processes
            buffer.RemoveFrom(update);
            if (sample.Kind == LineKind.Window)
            {
                _restarts++;
                _resumed.Add(update);
                _spikes.RemoveFrom(update, buffer.ToList().Select(p => p.Prediction).OfType<double>().Where(double.IsFinite));
                _notFinite.Restart(update);
            }
        }
        var isFirstAfterLoad = sample.Kind == LineKind.Window && buffer.Count > 0 && hints.Notes.Loads > _loads;
        if (isFirstAfterLoad && _resumed.LastOrDefault(-1) != update)
            _resumed.Add(buffer.LastUpdate);
        if (sample.Kind == LineKind.Window)
            _loads = hints.Notes.Loads;
        buffer.Add(point);
        if (sample.Kind != LineKind.Window)
        {
            if (judged is { } mean)
                _notFiniteEpochs.Add(update, mean);
            return;
        }
        _head = _head is null || update <= _head.Update ? point : _head;
        if (judged is { } loss)
        {
            _spikes.Add(update, loss, isFirstAfterLoad || _resumed.LastOrDefault(-1) == update);
            _notFinite.Add(update, loss);
        }
        if (point.LossScale is { } scale)
            _scale.Add(scale);
    }

    public bool IsEmpty => _windows.Count == 0 && _epochs.Count == 0 && _validTags.Count == 0;

    public MetricsSeries Build(LogFormat format, string unit, int broken, IReadOnlyList<string> files)
    {
        if (_positions?.Missing is > 0 and var missing)
        {
            _windows.Shift(missing);
            _epochs.Shift(missing);
            foreach (var set in _valid.Values)
                set.Shift(missing);
        }
        var valid = _validTags.Count == 0 ? [] : _valid[_validTags.Contains("valid") ? "valid" : _validTags[0]].ToList();
        // windows, unless there are next to none of them beside the epochs; a log of validations alone is judged by them
        var byWindows = _windows.Count >= Math.Min(3, _epochs.Count) && _windows.Count > 0;
        var train = byWindows ? _windows.ToList() : _epochs.Count > 0 ? _epochs.ToList() : valid;
        return new MetricsSeries
        {
            Train = train,
            Head = _head?.Update <= train[0].Update ? _head : null,
            Valid = valid,
            Restarts = _restarts,
            Resumed = _resumed,
            BrokenLines = broken,
            LabelSets = _sets,
            Format = format,
            Objective = _signs.Decide(hints.Objective) is var o && o == TrainingObjective.Unknown ? format.UsualObjective : o,
            LogUnit = unit,
            LossIsSum = _lossIsSum,
            Spikes = _spikes.Spikes,
            NotFinite = byWindows ? _notFinite : _epochs.Count > 0 ? _notFiniteEpochs : _notFiniteValid,
            NotFiniteValid = _notFiniteValid,
            Scale = _scale,
            Hints = hints,
            Files = files,
        };
    }

    /// <summary>A log without a single loss, for what its program noted.</summary>
    public static MetricsSeries Notes(LogHints hints, IReadOnlyList<string> files, LogFormat format) => new()
    {
        Train = [],
        Valid = [],
        Restarts = 0,
        BrokenLines = 0,
        LabelSets = 0,
        Format = format,
        Objective = hints.Objective ?? TrainingObjective.Unknown,
        Hints = hints,
        Files = files,
    };

    private void AddValid(string tag, MetricPoint point)
    {
        if (!_valid.TryGetValue(tag, out var set))
        {
            if (_validTags.Count == MostValidSets)
                return;
            _validTags.Add(tag);
            _valid[tag] = set = new CurveBuffer();
        }
        if (set.Count > 0 && point.Update <= set.LastUpdate)
            set.RemoveFrom(point.Update);
        set.Add(point);
    }

    private long? UpdateOf(LogSample sample)
    {
        if (sample.Position is not var (epoch, batch))
            return sample.Update;
        _positions ??= new PositionCounter(sample.CountsMicroBatches ? hints.AccumulatedBatches ?? 1 : 1);
        if (batch != long.MaxValue)
            return sample.Kind == LineKind.Valid ? _positions.Here : _positions.UpdateOf(epoch, batch);
        if (sample.Kind == LineKind.Epoch && sample.Update is { } total && _positions.Total(epoch, total) is > 0 and var shift)
        {
            _windows.Shift(shift);
            _spikes.RemoveFrom(0, []);
        }
        return sample.Update is null ? epoch : _positions.Here;
    }
}
