using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>What an update of the generator measured, summed over micro-batches; the first number is its loss.</summary>
/// <param name="device">Of the model.</param>
internal sealed class GeneratorScores(Device device) : SummedScores(Places, device)
{
    private static readonly string[] s_terms =
        ["loss", "mel", "mel_error", "recon", "commit", "distill", "adversarial", "feature"];

    private static int Places => s_terms.Length + 2; // then frames and recordings

    private Func<double, IReadOnlyList<(string Key, double Value)>>? _codebooks;

    /// <inheritdoc/>
    public override IReadOnlyList<string> NotFiniteTerms =>
        [.. s_terms.Where((_, i) => i > 0 && !double.IsFinite(Sums[i]))];

    /// <summary>Takes in one micro-batch.</summary>
    public void Add(GeneratorTerms terms, TokenizerBatch batch, int hop)
    {
        using var scope = NewDisposeScope();
        Tensor[] values =
        [
            terms.Total, terms.Mel, terms.MelError, terms.Recon, terms.Commit, terms.Distill, terms.Adversarial, terms.Features,
        ];
        var read = stack(values.Select(value => value.detach())).to_type(ScalarType.Float64).cpu().data<double>();
        for (var i = 0; i < values.Length; i++)
            Sums[i] += read[i];
        Sums[s_terms.Length] += batch.Rows * (double)batch.Width / hop;
        Sums[s_terms.Length + 1] += batch.Rows;
        LossSum = Sums[0];
        SampleSize++;
        AudioSamples += batch.Lengths.Sum();
    }

    /// <summary>Says how the codebooks are used; the same in all processes.</summary>
    /// <param name="codebooks">Figures for the number of vectors that all processes together had.</param>
    public void Add(Func<double, IReadOnlyList<(string Key, double Value)>> codebooks) => _codebooks = codebooks;

    public override void AddTo(MetricAverages averages)
    {
        for (var i = 0; i < s_terms.Length; i++)
            averages.Add(s_terms[i], Sums[i] / SampleSize, SampleSize);
        averages.Add("wpb", Sums[s_terms.Length]);
        averages.Add("bsz", Sums[s_terms.Length + 1]);
        foreach (var (key, value) in _codebooks?.Invoke(Sums[s_terms.Length]) ?? [])
            averages.Add(key, value);
    }
}

/// <summary>What an update of the discriminators measured, summed over micro-batches.</summary>
/// <param name="device">Of the model.</param>
internal sealed class DiscriminatorScores(Device device) : SummedScores(1, device)
{
    /// <summary>Takes in one micro-batch.</summary>
    public void Add(Tensor loss)
    {
        Sums[0] += loss.item<float>();
        LossSum = Sums[0];
        SampleSize++;
    }

    public override void AddTo(MetricAverages averages) =>
        averages.Add($"loss_{TokenizerTask.Discriminators}", LossSum / SampleSize, SampleSize);
}
