using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor;

/// <summary>The curves of one run, as read from its log.</summary>
public sealed record MetricsSeries
{
    private const int MaximumPoints = 2_000_000;

    public required IReadOnlyList<MetricPoint> Train { get; init; }

    public required IReadOnlyList<MetricPoint> Valid { get; init; }

    /// <summary>How often the updates went back: the run was started again from an older checkpoint.</summary>
    public required int Restarts { get; init; }

    /// <summary>Lines that look like metrics and cannot be read.</summary>
    public required int BrokenLines { get; init; }

    /// <summary>Label sets with a loss of their own.</summary>
    public required int LabelSets { get; init; }

    /// <summary>
    /// Reads our <c>metrics.jsonl</c> or a fairseq log with <c>log_format: json</c>, bare or inside the lines of a text log. Where a
    /// restart went back, its lines replace the older ones.
    /// </summary>
    /// <exception cref="UserException">Missing, unreadable, or without a single line of training metrics.</exception>
    public static MetricsSeries Read(string path)
    {
        using var lines = new ByteLines(path, MetricsLine.MaximumBytes);
        var (inner, epochs, valid) = (new List<MetricPoint>(), new List<MetricPoint>(), new List<MetricPoint>());
        var (restarts, broken, sets) = (0, 0, 1);
        string? validTag = null;
        while (lines.MoveNext())
        {
            if (lines.Current.IndexOf((byte)'{') < 0)
                continue;
            if (MetricsLine.TryParse(lines.Current) is not { } line)
            {
                broken++;
                continue;
            }
            if (line.Update is not { } update || (line["loss"] is null && line["loss_m_0"] is null))
                continue;
            var isValid = line is { IsTrainInner: false, IsTrainEpoch: false };
            if (isValid && (validTag ??= line.Tag) != line.Tag && line.Tag != "valid")
                continue; // several validation sets: the first is judged
            var points = line.IsTrainInner ? inner : line.IsTrainEpoch ? epochs : valid;
            if (points.Count > 0 && points[^1].Update >= update)
            {
                restarts += line.IsTrainInner ? 1 : 0;
                points.RemoveRange(points.FindIndex(p => p.Update >= update), points.Count - points.FindIndex(p => p.Update >= update));
            }
            if (points.Count == MaximumPoints)
                throw DoctorFaults.TooLong(path, MaximumPoints);
            points.Add(Point(line, update));
            while (line[$"loss_m_{sets}"] is not null)
                sets++;
        }
        var train = inner.Count > 0 ? inner : epochs;
        return train.Count > 0
            ? new MetricsSeries { Train = train, Valid = valid, Restarts = restarts, BrokenLines = broken, LabelSets = sets }
            : throw DoctorFaults.NoMetrics(path);
    }

    private static MetricPoint Point(MetricsLine line, long update) => new()
    {
        Update = update,
        Loss = line["loss"],
        LossMasked = line["loss_m_0"],
        Penalty = line["loss_features_pen"],
        AccuracyMasked = line["correct_m_0"],
        AccuracyUnmasked = line["correct_u_0"],
        MaskedFrames = line["count_m_0"],
        LearningRate = line["lr"],
        GradientNorm = line["gnorm"],
        ClippedPercent = line["clip"],
        LossScale = line["loss_scale"],
        Perplexity = line["ppl"],
    };
}
