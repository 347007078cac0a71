using HubertSharp.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Losses;

/// <summary>
/// What a tokenizer is trained by, each as a number, as the released program computes it. Logits and feature maps come one per
/// discriminator. B recordings, S samples, T frames, D dimensions.
/// </summary>
internal static class TokenizerLosses
{
    /// <summary>Mean absolute difference of waveforms [B, 1, S]; what one has more than the other at its end does not count.</summary>
    public static Tensor Reconstruction(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var samples = Math.Min(x.shape[^1], y.shape[^1]);
        return l1_loss(x.narrow(-1, 0, samples), y.narrow(-1, 0, samples)).MoveToOuterDisposeScope();
    }

    /// <summary>What draws the embeddings to their codes: mean squared difference, without a gradient of the codes.</summary>
    public static Tensor Commitment(Tensor embeddings, Tensor quantized)
    {
        using var scope = NewDisposeScope();
        return mse_loss(embeddings, quantized.detach()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Distillation along D: how little each of the D dimensions, as a series over the T frames, points where the teacher's does. The
    /// shorter of the two counts.
    /// </summary>
    /// <param name="features">[B, T, D].</param>
    /// <param name="teacher">[B, T, D].</param>
    public static Tensor DistillationAlongDimensions(Tensor features, Tensor teacher)
    {
        using var scope = NewDisposeScope();
        var (a, b) = Shorter(features, teacher);
        return Apart(a, b, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Distillation along T: mean absolute difference, and how little each frame points where the teacher's does.</summary>
    /// <param name="features">[B, T, D].</param>
    /// <param name="teacher">[B, T, D].</param>
    /// <param name="directions">Weight of the directions against the differences.</param>
    public static Tensor DistillationAlongTime(Tensor features, Tensor teacher, double directions = 1)
    {
        using var scope = NewDisposeScope();
        var (a, b) = Shorter(features, teacher);
        return l1_loss(a, b).add(Apart(a, b, -1) * Scalars.Of(directions), Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>The frames alone that speech fills, as one long recording: of the others the teacher knows nothing.</summary>
    /// <param name="features">[B, T, D].</param>
    /// <param name="filled">[B, T] bool.</param>
    /// <returns>[1, frames, D].</returns>
    public static Tensor Filled(Tensor features, Tensor filled)
    {
        using var scope = NewDisposeScope();
        var rows = filled.flatten().nonzero().flatten();
        return features.flatten(0, 1).index_select(0, rows).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Least squares: real recordings to 1, made ones to 0; summed over the discriminators.</summary>
    public static Tensor Discriminators(IEnumerable<Tensor> realLogits, IEnumerable<Tensor> madeLogits)
    {
        using var scope = NewDisposeScope();
        return Sum(realLogits.Zip(madeLogits, (real, made) => FromOne(real).add((made * made).mean(), Scalars.One)));
    }

    /// <summary>Least squares: made recordings to 1; summed over the discriminators.</summary>
    public static Tensor Adversarial(IEnumerable<Tensor> madeLogits)
    {
        using var scope = NewDisposeScope();
        return Sum(madeLogits.Select(FromOne));
    }

    /// <summary>Twice the mean absolute differences of feature maps, summed over all maps of all discriminators.</summary>
    public static Tensor FeatureMatching(IEnumerable<IReadOnlyList<Tensor>> realMaps, IEnumerable<IReadOnlyList<Tensor>> madeMaps)
    {
        using var scope = NewDisposeScope();
        return Sum(realMaps.Zip(madeMaps)
            .SelectMany(maps => maps.First.Zip(maps.Second, Matching)));
    }

    private static Tensor Matching(Tensor real, Tensor made) => (real - made).to_type(ScalarType.Float32).abs().mean() * Scalars.Of(2);

    private static Tensor FromOne(Tensor logits)
    {
        var left = logits.sub(Scalars.One);
        return (left * left).mean();
    }

    private static (Tensor, Tensor) Shorter(Tensor features, Tensor teacher)
    {
        var frames = Math.Min(features.shape[1], teacher.shape[1]);
        return (features.narrow(1, 0, frames), teacher.narrow(1, 0, frames));
    }

    private static Tensor Apart(Tensor a, Tensor b, long axis) => -logsigmoid(cosine_similarity(a, b, axis)).mean();

    private static Tensor Sum(IEnumerable<Tensor> terms) =>
        terms.Aggregate((sum, term) => sum.add(term, Scalars.One)).MoveToOuterDisposeScope();
}
