using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Facts;

/// <summary>In what a log counts its losses.</summary>
/// <param name="Name"><c>bits</c>, <c>nats</c>, or <c>sum</c> where the loss is a sum over an unknown number of frames.</param>
/// <param name="From"><c>user</c>, <c>perplexity</c> (2^loss or e^loss stands beside it), <c>format</c>, <c>first loss</c> (inferred) or
/// <c>assumed</c>.</param>
internal sealed record LossUnit(string Name, string From)
{
    private const double NatToBit = 1.4426950408889634;

    /// <summary>Factor to bits; 1 for sums, which stay as they are.</summary>
    public double ToBits => Name == "nats" ? NatToBit : 1;

    public static LossUnit Of(MetricsSeries series, DoctorContext context, ClassGuess? guess)
    {
        if (series.LossIsSum)
            return new LossUnit("sum", "format");
        if (context.Unit is { } said)
            return new LossUnit(said, "user");
        if (Perplexity(series) is { } told)
            return new LossUnit(told, "perplexity");
        if (series.LogUnit != "unknown")
            return new LossUnit(series.LogUnit, "format");
        return guess is { Unit: { } guessed } ? new LossUnit(guessed, "first loss") : new LossUnit("bits", "assumed");
    }

    /// <summary>fairseq logs ppl = 2^loss; a log with e^loss is in nats.</summary>
    private static string? Perplexity(MetricsSeries series)
    {
        var pairs = series.Train.Where(p => p is { Loss: > 0.5, Perplexity: > 1 }
            && double.IsFinite(p.Loss.Value)
            && double.IsFinite(p.Perplexity.Value)).Take(50)
            .Select(p => Math.Log(p.Perplexity!.Value) / p.Loss!.Value).Order().ToList();
        // ln 2 for bits, 1 for nats; anything else is the perplexity of something else
        return pairs.Count == 0 ? null : pairs[pairs.Count / 2] switch { > 0.6 and < 0.8 => "bits", > 0.9 and < 1.1 => "nats", _ => null };
    }
}
