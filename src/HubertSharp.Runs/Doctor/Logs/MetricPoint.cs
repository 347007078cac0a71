using System.Numerics;
using System.Runtime.CompilerServices;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// One line of a log, or several neighbouring ones as their mean; losses in the log's own unit, null where the log does not say.
/// </summary>
public sealed class MetricPoint
{
    private Values _values;
    private ulong _present;

    /// <summary>Updates so far.</summary>
    public long Update { get; set; }

    /// <summary>Lines of the log that this point is the mean of.</summary>
    public int Lines { get; private set; } = 1;

    /// <summary>Masked losses and accuracies, or losses and errors of transcripts, by language, where the log splits them.</summary>
    public IReadOnlyDictionary<string, LanguageFigures> Languages { get; set; } = EmptyLanguages;

    /// <summary>Masked losses of the label sets after the first.</summary>
    public IReadOnlyList<double> OtherSets { get; set; } = [];

    /// <summary>How a tokenizer's quantisers, counted from 1, use their codes in a validation.</summary>
    internal IReadOnlyDictionary<int, QuantizerFigures> Codebooks { get; set; } = NoCodebooks;

    /// <summary>A value of the line.</summary>
    public double? this[Metric metric]
    {
        get => (_present & (1UL << (int)metric)) != 0 ? _values[(int)metric] : null;
        set
        {
            _values[(int)metric] = value ?? 0;
            _present = value is null ? _present & ~(1UL << (int)metric) : _present | (1UL << (int)metric);
        }
    }

    /// <inheritdoc cref="Metric.Loss"/>
    public double? Loss { get => this[Metric.Loss]; init => this[Metric.Loss] = value; }

    /// <inheritdoc cref="Metric.LossMasked"/>
    public double? LossMasked { get => this[Metric.LossMasked]; init => this[Metric.LossMasked] = value; }

    /// <inheritdoc cref="Metric.Penalty"/>
    public double? Penalty { get => this[Metric.Penalty]; init => this[Metric.Penalty] = value; }

    public double? AccuracyMasked { get => this[Metric.AccuracyMasked]; init => this[Metric.AccuracyMasked] = value; }

    public double? AccuracyUnmasked { get => this[Metric.AccuracyUnmasked]; init => this[Metric.AccuracyUnmasked] = value; }

    /// <inheritdoc cref="Metric.CountMasked"/>
    public double? MaskedFrames { get => this[Metric.CountMasked]; init => this[Metric.CountMasked] = value; }

    public double? LearningRate { get => this[Metric.LearningRate]; init => this[Metric.LearningRate] = value; }

    /// <inheritdoc cref="Metric.GradientNorm"/>
    public double? GradientNorm { get => this[Metric.GradientNorm]; init => this[Metric.GradientNorm] = value; }

    /// <inheritdoc cref="Metric.Clip"/>
    public double? ClippedPercent { get => this[Metric.Clip]; init => this[Metric.Clip] = value; }

    public double? LossScale { get => this[Metric.LossScale]; init => this[Metric.LossScale] = value; }

    public double? Perplexity { get => this[Metric.Perplexity]; init => this[Metric.Perplexity] = value; }

    /// <summary>
    /// The loss that is judged, as far as the log tells: a tokenizer's mel error, whose whole loss grows with what its discriminators
    /// learn; else masked loss, else contrastive loss, else loss per token, else loss without penalty.
    /// </summary>
    public double? Prediction =>
        this[Metric.MelError] ?? LossMasked ?? this[Metric.ContrastiveLoss] ?? this[Metric.FirstPart] ?? this[Metric.LossPerToken]
            ?? (Loss - (Penalty ?? 0)) ?? this[Metric.CtcLoss] ?? this[Metric.DecoderLoss];

    /// <summary>Takes losses that fairseq divided by masked and unmasked frames together as means over their own frames.</summary>
    internal void TakePerFrame()
    {
        if (OtherSets.Count > 0)
            return; // the log does not show what was divided by
        var (all, masked, unmasked) = (this[Metric.TargetsPerBatch], MaskedFrames, this[Metric.CountUnmasked]);
        this[Metric.LossMasked] *= LossPerFrame.Factor(all, masked, unmasked);
        this[Metric.LossUnmasked] *= LossPerFrame.Factor(all, unmasked, masked);
    }

    /// <summary>
    /// The mean of two neighbours, weighted by their lines; a value that is not finite in one of them gives way to the other's.
    /// </summary>
    internal static MetricPoint Merge(MetricPoint a, MetricPoint b)
    {
        var merged = new MetricPoint
        {
            Update = b.Update,
            Lines = a.Lines + b.Lines,
            Languages = b.Languages.Count > 0 ? b.Languages : a.Languages,
            OtherSets = b.OtherSets.Count > 0 ? b.OtherSets : a.OtherSets,
            Codebooks = b.Codebooks.Count > 0 ? b.Codebooks : a.Codebooks,
        };
        for (var rest = a._present | b._present; rest != 0; rest &= rest - 1)
        {
            var metric = (Metric)BitOperations.TrailingZeroCount(rest);
            merged[metric] = (a[metric], b[metric]) switch
            {
                ({ } x, { } y) when double.IsFinite(x) && double.IsFinite(y) => ((x * a.Lines) + (y * b.Lines)) / merged.Lines,
                ({ } x, { } y) => double.IsFinite(x) ? x : y,
                var (x, y) => x ?? y,
            };
        }
        return merged;
    }

    private static readonly Dictionary<string, LanguageFigures> EmptyLanguages = [];

    private static readonly Dictionary<int, QuantizerFigures> NoCodebooks = [];

    [InlineArray(46)]
    private struct Values
    {
        private double _first;
    }
}

/// <summary>Masked frames of one language, or in fine-tuning its transcripts.</summary>
/// <param name="Loss">In the log's unit.</param>
/// <param name="Accuracy">Share of the frames.</param>
/// <param name="SymbolLoss">Per symbol of the transcripts, in the log's unit.</param>
/// <param name="SymbolErrors">Percent.</param>
/// <param name="WordErrors">Percent.</param>
public readonly record struct LanguageFigures(
    double? Loss, double? Accuracy, double? SymbolLoss = null, double? SymbolErrors = null, double? WordErrors = null);

/// <summary>How a quantiser uses its codes.</summary>
/// <param name="Used">Share of them that occur.</param>
/// <param name="Perplexity">As many codes, all equally frequent, would be as uncertain.</param>
internal readonly record struct QuantizerFigures(double? Used, double? Perplexity);
