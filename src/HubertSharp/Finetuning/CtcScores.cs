using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Finetuning;

/// <summary>fairseq's logging outputs of one update (or one validation) with CTC; losses are sums over utterances, in nats.</summary>
internal sealed class CtcScores : SummedScores
{
    private const int Fixed = 3; // loss, symbols, utterances; then loss and symbols of each part

    private readonly CtcCriterionConfig _criterion;
    private readonly IReadOnlyList<string> _parts;
    private readonly Dictionary<string, int> _places;
    private readonly List<TranscriptLoss> _losses = [];

    /// <param name="criterion">What losses are divided by, and what becomes of infinite ones.</param>
    /// <param name="parts">Languages of the manifest, and the code-switched utterances where there are some.</param>
    /// <param name="device">Of the model.</param>
    public CtcScores(CtcCriterionConfig criterion, IReadOnlyList<string> parts, Device device)
        : base(Fixed + (2 * parts.Count), device)
    {
        (_criterion, _parts) = (criterion, parts);
        _places = parts.Index().ToDictionary(l => l.Item, l => Fixed + (2 * l.Index), StringComparer.Ordinal);
    }

    /// <summary>Symbols of the transcripts.</summary>
    public long Symbols => (long)Sums[1];

    public long Sentences => (long)Sums[2];

    /// <summary>Every row's own loss, infinite ones included.</summary>
    public IReadOnlyList<TranscriptLoss> TranscriptLosses => _losses;

    /// <summary>Takes in one micro-batch.</summary>
    /// <param name="losses">Of each row.</param>
    /// <param name="batch">Its rows.</param>
    /// <param name="idleGroups">Parameters that it left without a gradient; idle are those that every micro-batch left so.</param>
    public void Add(double[] losses, FinetuningBatch batch, IReadOnlySet<int> idleGroups)
    {
        IdleGroups = IdleGroups is null ? idleGroups : IdleGroups.Intersect(idleGroups).ToHashSet();
        AudioSamples += batch.AudioSamples;
        for (var row = 0; row < losses.Length; row++)
        {
            _losses.Add(new TranscriptLoss(batch.Micro, row, losses[row]));
            var (loss, symbols) = (_criterion.ZeroInfinity && double.IsInfinity(losses[row]) ? 0 : losses[row], batch.Targets[row].Length);
            Sums[0] += loss;
            Sums[1] += symbols;
            foreach (var part in batch.Parts(row))
            {
                if (!_places.TryGetValue(part, out var place))
                    continue;
                Sums[place] += loss;
                Sums[place + 1] += symbols;
            }
        }
        Sums[2] += losses.Length;
        LossSum = Sums[0];
        SampleSize = _criterion.SentenceAvg ? Sentences : Symbols;
    }

    /// <inheritdoc/>
    protected override void WriteMore(BinaryWriter writer)
    {
        writer.Write(_losses.Count);
        foreach (var loss in _losses)
        {
            writer.Write(loss.MicroBatch);
            writer.Write(loss.Row);
            writer.Write(loss.LossNats);
        }
    }

    /// <inheritdoc/>
    protected override void ReadMore(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
            _losses.Add(new TranscriptLoss(reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble()));
    }

    /// <inheritdoc/>
    protected override void Forget() => _losses.Clear();

    /// <summary>Adds fairseq's keys to the averages of an interval.</summary>
    public override void AddTo(MetricAverages averages)
    {
        averages.Add("loss", LossSum / SampleSize / Math.Log(2), SampleSize);
        averages.Add("ntokens", Symbols);
        averages.Add("nsentences", Sentences);
        if (SampleSize != Symbols)
            averages.Add("nll_loss", LossSum / Symbols / Math.Log(2), Symbols);
        for (var i = 0; i < _parts.Count; i++)
        {
            var (loss, symbols) = (Sums[Fixed + (2 * i)], Sums[Fixed + (2 * i) + 1]);
            if (symbols > 0)
                averages.Add($"nll_loss_{_parts[i]}", loss / symbols / Math.Log(2), symbols);
        }
        averages.Add("wpb", Symbols);
        averages.Add("bsz", Sentences);
    }

    /// <summary>The keys that <see cref="AddTo"/> may add.</summary>
    public static IEnumerable<string> Names(IEnumerable<string> parts) =>
        ["loss", "ntokens", "nsentences", "nll_loss", .. parts.Select(part => $"nll_loss_{part}"), "wpb", "bsz"];
}

/// <summary>The loss of one row of an update.</summary>
/// <param name="MicroBatch">Which of the update's micro-batches, from 0, counted over all processes.</param>
/// <param name="Row">Row within it, from 0.</param>
/// <param name="LossNats">Of its whole transcript.</param>
internal readonly record struct TranscriptLoss(int MicroBatch, int Row, double LossNats);
