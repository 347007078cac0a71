using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// Residual vector quantisation (Zeghidour et al. 2021, algorithm 1): each quantiser takes the nearest code to what the ones before it
/// left. B recordings, T frames, D dimensions, K codes, N quantisers.
/// </summary>
internal sealed class ResidualQuantizer
{
    private readonly Tensor[] _books; // [K, D] each

    /// <param name="weights">Has the codebooks and what a training needs of them.</param>
    /// <param name="config">Of the network.</param>
    public ResidualQuantizer(TokenizerWeights weights, TokenizerConfig config)
    {
        _books = new Tensor[config.Quantizers];
        for (var i = 0; i < _books.Length; i++)
        {
            var name = $"quantizer.vq.layers.{i}._codebook";
            weights.Check($"{name}.inited", 1);
            weights.Check($"{name}.cluster_size", config.CodebookSize);
            weights.Check($"{name}.embed_avg", config.CodebookSize, config.Dimension);
            _books[i] = weights.Take($"{name}.embed", config.CodebookSize, config.Dimension);
        }
    }

    /// <param name="books">[K, D] each; they stay the caller's.</param>
    internal ResidualQuantizer(params Tensor[] books) => _books = books;

    public int Count => _books.Length;

    /// <summary>The vectors of a quantiser's codes, [K, D] row by row.</summary>
    /// <param name="quantizer">From 1.</param>
    public float[] Book(int quantizer)
    {
        using var host = _books[quantizer - 1].cpu();
        return host.data<float>().ToArray();
    }

    /// <summary>The codes of some quantisers.</summary>
    /// <param name="embeddings">[B, D, T].</param>
    /// <param name="range">Which; those before them are computed, too.</param>
    /// <param name="fromEmbeddings">
    /// The first of them quantises the embeddings, as the released <c>encode(st=...)</c> does, not what the ones before it leave.
    /// </param>
    /// <returns>[N, B, T] int64.</returns>
    public Tensor Encode(Tensor embeddings, QuantizerRange range, bool fromEmbeddings = false)
    {
        using var scope = NewDisposeScope();
        var residual = embeddings.transpose(1, 2); // [B, T, D]
        var codes = new List<Tensor>();
        for (var i = fromEmbeddings ? range.First - 1 : 0; i < range.Last; i++)
        {
            var nearest = Nearest(_books[i], residual);
            residual -= Vectors(_books[i], nearest);
            if (i >= range.First - 1)
                codes.Add(nearest);
        }
        return stack(codes).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of the codes' vectors.</summary>
    /// <param name="codes">[N, B, T] int64, below K.</param>
    /// <param name="first">The quantiser of the first of them, from 1.</param>
    /// <returns>[B, D, T].</returns>
    public Tensor Decode(Tensor codes, int first = 1)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        for (var i = 0; i < codes.shape[0]; i++)
        {
            var vectors = Vectors(_books[first - 1 + i], codes[i]);
            sum = sum is null ? vectors : sum.add(vectors, Scalars.One);
        }
        return sum!.transpose(1, 2).MoveToOuterDisposeScope();
    }

    internal static Tensor Vectors(Tensor book, Tensor codes) =>
        book.index_select(0, codes.flatten()).view(codes.shape[0], codes.shape[1], book.shape[1]);

    /// <summary>The distance is summed as the released program sums it, so that ties and near ties fall the same way.</summary>
    internal static Tensor Nearest(Tensor book, Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var flat = vectors.reshape(-1, vectors.shape[^1]);
        var distances = ((flat * flat).sum(1, keepdim: true) - (flat * Scalars.Of(2)).mm(book.t()))
            .add((book * book).t().sum(0, keepdim: true), Scalars.One);
        return distances.argmin(1).view(vectors.shape[0], vectors.shape[1]).MoveToOuterDisposeScope();
    }
}
