using HubertSharp.Runs;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

// V vectors, D dimensions, K codes

/// <summary>
/// First codes of a quantiser: k-means over the vectors of a batch, from random ones of them (Zeghidour et al. 2021, III-C).
/// </summary>
internal static class QuantizerStart
{
    /// <summary>Rounds of Lloyd's algorithm, as in the released program.</summary>
    public const int Rounds = 50;

    /// <param name="vectors">[V, D].</param>
    /// <param name="codes">K; where it is more than V, vectors are taken more than once.</param>
    /// <param name="seed">Of the choice.</param>
    /// <returns>Codes [K, D], and how many vectors are nearest to each [K].</returns>
    public static (Tensor Codes, Tensor Sizes) Of(Tensor vectors, int codes, ulong seed)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (random, count) = (new SeededRandom(seed), vectors.shape[0]);
        long[] rows = [.. Enumerable.Range(0, (int)count).Select(row => (long)row)];
        random.Shuffle<long>(rows);
        if (count < codes)
            rows = [.. Enumerable.Range(0, codes).Select(_ => random.Below(count))];
        var means = vectors.index_select(0, tensor(rows[..codes], device: vectors.device));
        var sizes = zeros(codes, device: vectors.device);
        for (var round = 0; round < Rounds; round++)
        {
            using var inner = NewDisposeScope();
            var nearest = ResidualQuantizer.Nearest(means, vectors.unsqueeze(0)).flatten();
            sizes = zeros(codes, device: vectors.device)
                .index_add_(0, nearest, ones(count, device: vectors.device), Scalars.One).MoveToOuterDisposeScope();
            var sums = zeros_like(means).index_add_(0, nearest, vectors, Scalars.One);
            means = where((sizes > Scalars.Zero).unsqueeze(1), sums / sizes.clamp_min(Scalars.One).unsqueeze(1), means)
                .MoveToOuterDisposeScope();
        }
        return (means.MoveToOuterDisposeScope(), sizes.MoveToOuterDisposeScope());
    }
}
