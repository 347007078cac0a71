using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// A codebook that follows the vectors that chose its codes, by exponential moving averages (van den Oord et al. 2017, appendix A.1): how
/// many chose each code, and their sum. K codes, D dimensions, V vectors.
/// </summary>
/// <param name="Embed">[K, D], the codes.</param>
/// <param name="ClusterSize">[K], averaged numbers of vectors.</param>
/// <param name="EmbedAvg">[K, D], averaged sums of vectors.</param>
internal sealed record CodebookAverages(Tensor Embed, Tensor ClusterSize, Tensor EmbedAvg)
{
    /// <summary>Added to every code's number before the codes are divided by it, so that none is 0.</summary>
    private const double Smoothing = 1e-5;

    /// <summary>Takes in what a batch chose; changes the tensors in place.</summary>
    /// <param name="vectors">[V, D].</param>
    /// <param name="codes">[V] int64, chosen with the codes as they were.</param>
    /// <param name="decay">What stays of the averages.</param>
    public void Follow(Tensor vectors, Tensor codes, double decay)
    {
        using var scope = NewDisposeScope();
        var (chosen, sums) = Count(vectors, codes);
        FollowSums(chosen, sums, decay);
    }

    /// <summary>How many vectors chose each code [K], and their sum [K, D].</summary>
    /// <param name="vectors">[V, D].</param>
    /// <param name="codes">[V] int64.</param>
    public (Tensor Chosen, Tensor Sums) Count(Tensor vectors, Tensor codes)
    {
        using var guard = no_grad();
        return (zeros_like(ClusterSize).index_add_(0, codes, ones(codes.shape[0], device: codes.device), Scalars.One),
            zeros_like(EmbedAvg).index_add_(0, codes, vectors, Scalars.One));
    }

    /// <summary>Takes in what several batches chose, summed up; changes the tensors in place.</summary>
    /// <param name="chosen">[K], see <see cref="Count"/>.</param>
    /// <param name="sums">[K, D], see <see cref="Count"/>.</param>
    /// <param name="decay">What stays of the averages.</param>
    public void FollowSums(Tensor chosen, Tensor sums, double decay)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (kept, taken) = (Scalars.Of(decay), Scalars.Of(1 - decay));
        ClusterSize.mul_(kept).add_(chosen, taken);
        EmbedAvg.mul_(kept).add_(sums, taken);
        var total = ClusterSize.sum();
        var sizes = ClusterSize.add(Scalars.Of(Smoothing), Scalars.One)
            / total.add(Scalars.Of(Smoothing * ClusterSize.shape[0]), Scalars.One) * total;
        Embed.copy_(EmbedAvg / sizes.unsqueeze(1));
    }

    /// <summary>The codes that fewer vectors choose than a threshold, in order.</summary>
    public long[] Dead(double threshold)
    {
        using var scope = NewDisposeScope();
        return (ClusterSize < Scalars.Of(threshold)).nonzero().flatten().cpu().data<long>().ToArray();
    }

    /// <summary>
    /// Gives dead codes new places, and averages as if so many vectors had chosen them as the threshold asks: they stay until they are dead
    /// again. The released program's replacement is undone by its own averages in the same step.
    /// </summary>
    /// <param name="dead">Codes.</param>
    /// <param name="vectors">[codes, D], one for each.</param>
    /// <param name="size">How many vectors they count for: the threshold or more.</param>
    public void Replace(long[] dead, Tensor vectors, double size)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var places = tensor(dead, device: Embed.device);
        Embed.index_copy_(0, places, vectors);
        EmbedAvg.index_copy_(0, places, vectors * Scalars.Of(size));
        ClusterSize.index_fill_(0, places, Scalars.Of(size));
    }
}
