using System.Diagnostics.Metrics;
using HubertSharp.Dashboard.Board;
using HubertSharp.Runs.Doctor;

namespace HubertSharp.Dashboard;

/// <summary>The latest figures of each run for Prometheus, labelled with the run's name; what a log does not say is left out.</summary>
internal sealed class RunGauges : IDisposable
{
    public const string MeterName = "HubertSharp.Dashboard";
    private readonly Meter _meter = new(MeterName);
    private readonly RunBoard _board;

    public RunGauges(RunBoard board)
    {
        _board = board;
        Gauge("hubert_updates", "Updates done.", r => r.Update);
        Gauge("hubert_max_updates", "Updates that the run is meant to have.", r => r.MaxUpdate);
        Gauge("hubert_masked_loss_bits", "Masked loss of the last logged window.", r => r.LossKind == RunLoss.Masked ? r.Loss : null);
        Gauge("hubert_valid_masked_loss_bits", "Masked loss of the last validation.",
            r => r.LossKind == RunLoss.Masked ? r.ValidLoss : null);
        Gauge("hubert_chance_bits", "Loss of guessing.", r => r.ChanceBits);
        Gauge("hubert_masked_accuracy", "Share of masked frames predicted rightly, last window.", r => r.Accuracy);
        Gauge("hubert_ctc_loss_bits", "CTC loss per symbol of a fine-tuning, last window.",
            r => r.LossKind == RunLoss.Ctc ? r.Loss : null);
        Gauge("hubert_valid_ctc_loss_bits", "CTC loss per symbol of the last validation.",
            r => r.LossKind == RunLoss.Ctc ? r.ValidLoss : null);
        Gauge("hubert_valid_symbol_error_ratio", "Symbol errors of the last validation: 1 is as many errors as symbols.",
            r => r.SymbolErrors / 100);
        Gauge("hubert_valid_word_error_ratio", "Word errors of the last validation: 1 is as many errors as words.",
            r => r.WordErrors / 100);
        Gauge("hubert_mel_error", "Mean distance of a tokenizer's log mel spectra from the recordings', last window.",
            r => r.LossKind == RunLoss.Mel ? r.Loss : null);
        Gauge("hubert_valid_mel_error", "The same, last validation.", r => r.LossKind == RunLoss.Mel ? r.ValidLoss : null);
        Gauge("hubert_generator_loss", "Whole weighted loss of a tokenizer's encoder, codebooks and decoder, last window.",
            r => r.Tokenizer?.Generator);
        Gauge("hubert_commitment_loss", "Mean square between embeddings and their codes, unweighted, last window.",
            r => r.Tokenizer?.Commitment);
        Gauge("hubert_distillation_loss", "Loss against the teacher, unweighted, last window.", r => r.Tokenizer?.Distillation);
        Gauge("hubert_adversarial_loss", "What the discriminators give the generator, unweighted, last window.",
            r => r.Tokenizer?.Adversarial);
        Gauge("hubert_feature_matching_loss", "Distance of the discriminators' feature maps, unweighted, last window.",
            r => r.Tokenizer?.Features);
        Gauge("hubert_discriminator_loss", "Loss of a tokenizer's discriminators, last window.", r => r.Tokenizer?.Discriminators);
        Gauge("hubert_discriminator_gradient_norm", "Of the discriminators, before clipping, last window.",
            r => r.Tokenizer?.DiscriminatorNorm);
        Gauge("hubert_dead_codes_ratio", "Largest share of a quantiser's codes that are dead, 0 to 1.", r => r.Tokenizer?.DeadCodes);
        _meter.CreateObservableGauge("hubert_codebook_perplexity", Perplexities,
            description: "How many codes of a quantiser are used as if equally often, last window.");
        Gauge("hubert_gradient_norm", "Before clipping, last window.", r => r.GradientNorm);
        Gauge("hubert_learning_rate", "Last window.", r => r.LearningRate);
        Gauge("hubert_step_seconds", "Seconds per update, last window.", r => r.StepSeconds);
        Gauge("hubert_audio_seconds_per_second", "Audio trained on per second, last window.", r => r.AudioSecondsPerSecond);
        Gauge("hubert_peak_memory_mib", "Peak resident memory of the training process.", r => r.PeakMemoryMib);
        Gauge("hubert_skipped_updates", "Updates that were left out because something was not finite.", r => r.SkippedUpdates);
        Gauge("hubert_last_write_timestamp_seconds", "When the log was last written.",
            r => r.WrittenAt is { } at ? new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeMilliseconds() / 1000.0 : null);
        Gauge("hubert_verdict", "The doctor's verdict: 0 normal, 1 too early to tell, 2 watch, 3 broken.",
            r => r.Verdict is { } v ? Rank(v) : null);
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Perplexities() =>
        from run in _board.Summaries()
        from book in (run.Tokenizer?.Perplexity ?? []).Index()
        where book.Item is { } value && !double.IsNaN(value)
        select new Measurement<double>(book.Item!.Value, Label(run), new KeyValuePair<string, object?>("quantiser", book.Index + 1));

    private static KeyValuePair<string, object?> Label(RunSummary run) => new("run", run.Name);

    private void Gauge(string name, string description, Func<RunSummary, double?> value) =>
        _meter.CreateObservableGauge(name,
            () => _board.Summaries().Where(r => value(r) is { } v && !double.IsNaN(v))
                .Select(r => new Measurement<double>(value(r)!.Value, Label(r))),
            description: description);

    private static int Rank(LossVerdict verdict) => verdict switch
    {
        LossVerdict.Normal => 0,
        LossVerdict.TooEarly => 1,
        LossVerdict.Watch => 2,
        _ => 3,
    };
}
