using HubertSharp.Runs.Doctor.Logs.TensorBoard;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>The curves of one run, as read from its log.</summary>
public sealed record MetricsSeries
{
    /// <summary>Means over some updates each; where a log has none, over epochs, or validations.</summary>
    public required IReadOnlyList<MetricPoint> Train { get; init; }

    /// <summary>The first window as logged, where <see cref="Train"/> is thinned.</summary>
    public MetricPoint? Head { get; init; }

    /// <summary>The first window.</summary>
    public MetricPoint First => Head ?? Train[0];

    /// <summary>No losses at all: only what the program noted beside them.</summary>
    internal bool IsNotesOnly => Train.Count == 0;

    /// <summary>Validations; of several sets the one called valid, or the first.</summary>
    public required IReadOnlyList<MetricPoint> Valid { get; init; }

    /// <summary>How often the updates went back: the run was started again from an older checkpoint.</summary>
    public required int Restarts { get; init; }

    /// <summary>Updates after which a checkpoint was loaded, or that the run went back to.</summary>
    internal IReadOnlyList<long> Resumed { get; init; } = [];

    /// <summary>Lines that look like metrics and cannot be read.</summary>
    public required int BrokenLines { get; init; }

    /// <summary>Label sets with a loss of their own.</summary>
    public required int LabelSets { get; init; }

    public LogFormat Format { get; init; } = LogFormat.FairseqJson;

    public TrainingObjective Objective { get; init; } = TrainingObjective.MaskedPrediction;

    /// <summary>The unit that this format's losses are in: <c>bits</c>, <c>nats</c> or <c>unknown</c>.</summary>
    public string LogUnit { get; init; } = "bits";

    /// <summary>The loss is a sum over a number of frames that is not logged, so that its level says nothing.</summary>
    public bool LossIsSum { get; init; }

    internal IReadOnlyList<LossSpike> Spikes { get; init; } = [];

    internal NotFiniteLines NotFinite { get; init; }

    /// <summary>Validations whose loss is no finite number.</summary>
    internal NotFiniteLines NotFiniteValid { get; init; }

    internal LossScaleHistory Scale { get; init; }

    internal LogHints Hints { get; init; } = new();

    /// <summary>The files that were read, oldest first.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Reads one log file of any known toolkit, or a folder of TensorBoard events.</summary>
    /// <exception cref="UserException">Missing, unreadable, foreign, or without a single line of metrics.</exception>
    public static MetricsSeries Read(string path) =>
        Directory.Exists(path)
            ? LogReader.ReadEvents(TensorBoardLog.Find(path) ?? throw DoctorFaults.NoLog(path))
            : Path.GetFileName(path).Contains("tfevents", StringComparison.Ordinal) && File.Exists(path) ? LogReader.ReadEvents([path])
            : LogReader.Read([path]);
}
