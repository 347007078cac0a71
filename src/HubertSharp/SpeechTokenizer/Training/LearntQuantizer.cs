using HubertSharp.Distributed;
using HubertSharp.Distributed.Sums;
using HubertSharp.Runs;
using HubertSharp.SpeechTokenizer.Losses;
using HubertSharp.Tensors;
using HubertSharp.Training;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

// B recordings, T frames, D dimensions, K codes, V vectors

/// <summary>
/// The residual quantisers of a training: gradients pass them straight through, and their codebooks, which have none, follow what chose
/// them once per update. What several micro-batches or processes chose is summed up first, so that all have the same codebooks.
/// </summary>
internal sealed class LearntQuantizer : IDisposable
{
    private readonly QuantizerRules _rules;
    private readonly Tensor[] _inited;
    private readonly List<Choice> _choices = [];
    private readonly Dictionary<string, Tensor> _buffers = new(StringComparer.Ordinal);

    /// <param name="config">Number and size of the codebooks.</param>
    /// <param name="rules">How they follow.</param>
    /// <param name="device">Where they are.</param>
    public LearntQuantizer(TokenizerConfig config, QuantizerRules rules, Device device)
    {
        _rules = rules;
        Tensor Buffer(int layer, string name, params long[] shape) =>
            _buffers[$"quantizer.vq.layers.{layer}._codebook.{name}"] = zeros(shape, device: device).DetachFromDisposeScope();
        var (codes, width) = (config.CodebookSize, config.Dimension);
        _inited = [.. Enumerable.Range(0, config.Quantizers).Select(layer => Buffer(layer, "inited", 1))];
        Books =
        [
            .. Enumerable.Range(0, config.Quantizers).Select(layer => new CodebookAverages(
                Buffer(layer, "embed", codes, width), Buffer(layer, "cluster_size", codes), Buffer(layer, "embed_avg", codes, width))),
        ];
    }

    /// <summary>The codebooks under their released names.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => _buffers;

    public IReadOnlyList<CodebookAverages> Books { get; }

    /// <summary>What a micro-batch of the training chooses; remembered until <see cref="Follow"/>.</summary>
    /// <param name="embeddings">[B, D, T].</param>
    /// <param name="micro">Number of the micro-batch, counted over all processes: the first update's first one gives the first
    /// codes.</param>
    /// <param name="replicas">The processes.</param>
    /// <returns>All quantisers' sum and the first one's own, both [B, D, T], and the mean of the commitments.</returns>
    public Quantized Forward(Tensor embeddings, int micro, Replicas replicas)
    {
        using var scope = NewDisposeScope();
        var all = embeddings.transpose(1, 2); // [B, T, D]
        var (residual, sum, commitment) = (all, default(Tensor), default(Tensor));
        Tensor? first = null;
        var vectors = new List<Tensor>();
        var counts = new List<(Tensor, Tensor)>();
        for (var layer = 0; layer < Books.Count; layer++)
        {
            var flat = residual.detach().reshape(-1, residual.shape[2]); // [V, D]
            Begin(layer, micro == 0 ? flat : null, replicas);
            var codes = ResidualQuantizer.Nearest(Books[layer].Embed, residual.detach());
            var quantized = ResidualQuantizer.Vectors(Books[layer].Embed, codes);
            var straight = residual.add((quantized - residual).detach(), Scalars.One);
            var term = TokenizerLosses.Commitment(residual, quantized);
            counts.Add(Books[layer].Count(flat, codes.flatten()));
            vectors.Add(flat);
            first ??= straight;
            commitment = commitment is null ? term : commitment.add(term, Scalars.One);
            sum = sum is null ? straight : sum.add(_rules.AllCommit ? quantized : straight, Scalars.One);
            // the released program takes the residual behind the straight-through step: no later commitment moves the encoder
            residual -= _rules.AllCommit ? quantized : straight;
        }
        Remember(micro, vectors, counts);
        return new Quantized(
            sum!.transpose(1, 2).MoveToOuterDisposeScope(), first!.transpose(1, 2).MoveToOuterDisposeScope(),
            commitment!.div(Scalars.Of(Books.Count)).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// For a process that the first update gives no micro-batch: it takes the first codes from the one that has. Before the update.
    /// </summary>
    public void Join(Replicas replicas)
    {
        for (var layer = 0; layer < Books.Count; layer++)
            Begin(layer, vectors: null, replicas);
    }

    /// <summary>Without any change of the codebooks: what is quantised and how.</summary>
    /// <param name="embeddings">[B, D, T].</param>
    /// <returns>All quantisers' sum and the first one's own, both [B, D, T], and the codes [N, B, T].</returns>
    public (Tensor Sum, Tensor First, Tensor Codes) Evaluate(Tensor embeddings)
    {
        using var guard = no_grad();
        var quantizer = new ResidualQuantizer([.. Books.Select(book => book.Embed)]);
        var codes = quantizer.Encode(embeddings, new QuantizerRange(1, Books.Count));
        return (quantizer.Decode(codes), quantizer.Decode(codes.narrow(0, 0, 1)), codes);
    }

    /// <summary>After an update: the codebooks follow, and dead codes get new places. What is not finite is left out.</summary>
    /// <param name="update">Its number.</param>
    /// <param name="micros">Micro-batches of the update, counted over all processes.</param>
    /// <param name="replicas">The processes.</param>
    /// <param name="inOrder">Whether the micro-batches are added up in their order, whoever has them.</param>
    public void Follow(long update, int micros, Replicas replicas, bool inOrder = false)
    {
        using var guard = no_grad();
        using var ordered = new OrderedSums(replicas);
        foreach (var (layer, book) in Books.Index())
        {
            using var scope = NewDisposeScope();
            var total = zeros(book.ClusterSize.numel() + book.EmbedAvg.numel(), device: book.Embed.device);
            if (inOrder)
                ordered.Sum(total, micros, micro => total.copy_(Flat(_choices.Find(choice => choice.Micro == micro)!.Counts[layer])));
            else
            {
                foreach (var choice in _choices)
                    total.add_(Flat(choice.Counts[layer]), Scalars.One);
                replicas.Sum(total);
            }
            var (chosen, sums) = (total.narrow(0, 0, book.ClusterSize.numel()),
                total.narrow(0, book.ClusterSize.numel(), book.EmbedAvg.numel()).view(book.EmbedAvg.shape));
            if (!double.IsFinite(sums.sum().item<float>()))
                continue;
            book.FollowSums(chosen, sums, _rules.Decay);
            if (_rules.DeadBelow > 0)
                Replace(layer, chosen.sum().item<float>(), update, micros, replicas);
        }
        Forget();
    }

    /// <summary>Below how many vectors a code counts as dead, replaced or not, where an update has so many vectors.</summary>
    public double DeadBelow(double vectors) => Limits(vectors).Below;

    public void Dispose()
    {
        Forget();
        foreach (var buffer in _buffers.Values)
            buffer.Dispose();
    }

    /// <summary>
    /// A code is dead when fewer vectors choose it than the limit, or than a quarter of what each would have if all were chosen alike: a
    /// limit of 2 over fewer than 2 vectors per code would call all of them dead. A new one begins with up to an equal share.
    /// </summary>
    private (double Below, double Size) Limits(double vectors)
    {
        var equal = vectors / Books[0].ClusterSize.shape[0];
        var limit = _rules.DeadBelow > 0 ? _rules.DeadBelow : QuantizerRules.ReleasedDeadBelow;
        return (Math.Min(limit, equal / 4), Math.Min(limit, equal));
    }

    private static Tensor Flat((Tensor Chosen, Tensor Sums) counts) => cat([counts.Chosen, counts.Sums.flatten()]);

    private void Replace(int layer, double vectors, long update, int micros, Replicas replicas)
    {
        var (below, size) = Limits(vectors);
        if (Books[layer].Dead(below) is not { Length: > 0 } dead)
            return;
        var random = new SeededRandom(UpdateSeed.Derive(_rules.Seed, UpdateSeed.Purpose.Codes, update, 0, layer));
        var places = zeros([dead.Length, Books[layer].Embed.shape[1]], device: Books[layer].Embed.device);
        for (var i = 0; i < dead.Length; i++)
        {
            var (micro, share) = (random.Below(micros), random.NextDouble());
            if (_choices.Find(choice => choice.Micro == micro) is { } choice)
                places[i].copy_(choice.Vectors[layer][(long)(share * choice.Vectors[layer].shape[0])]);
        }
        replicas.Sum(places);
        Books[layer].Replace(dead, places, size);
    }

    private void Begin(int layer, Tensor? vectors, Replicas replicas)
    {
        using var guard = no_grad();
        if (_inited[layer].item<float>() != 0)
            return;
        var book = Books[layer];
        var (codes, sizes) = vectors is not null
            ? QuantizerStart.Of(vectors, (int)book.Embed.shape[0], UpdateSeed.Derive(_rules.Seed, UpdateSeed.Purpose.Codes, 0, 0, layer))
            : (zeros_like(book.Embed), zeros_like(book.ClusterSize));
        replicas.Sum(codes);
        replicas.Sum(sizes);
        book.Embed.copy_(codes);
        book.EmbedAvg.copy_(_rules.ScalesStart ? codes * sizes.unsqueeze(1) : codes);
        book.ClusterSize.copy_(sizes);
        _inited[layer].fill_(Scalars.One);
    }

    private void Remember(int micro, List<Tensor> vectors, List<(Tensor Chosen, Tensor Sums)> counts)
    {
        foreach (var tensor in vectors.Concat(counts.SelectMany(count => (Tensor[])[count.Chosen, count.Sums])))
            tensor.DetachFromDisposeScope();
        _choices.Add(new Choice(micro, vectors, counts));
    }

    private void Forget()
    {
        foreach (var tensor in _choices.SelectMany(choice => choice.Vectors
            .Concat(choice.Counts.SelectMany(count => (Tensor[])[count.Chosen, count.Sums]))))
            tensor.Dispose();
        _choices.Clear();
    }

    private sealed record Choice(int Micro, List<Tensor> Vectors, List<(Tensor Chosen, Tensor Sums)> Counts);
}

/// <summary>What a training's quantisers make of embeddings.</summary>
/// <param name="Sum">Of all quantisers, [B, D, T].</param>
/// <param name="First">Of the first, [B, D, T].</param>
/// <param name="Commitment">How far the embeddings are from their codes, as a mean over quantisers.</param>
internal sealed record Quantized(Tensor Sum, Tensor First, Tensor Commitment);

/// <summary>How codebooks follow.</summary>
/// <param name="Decay">What stays of their averages at an update.</param>
/// <param name="DeadBelow">Vectors per update below which a code is dead and gets a new place; 0 for never.</param>
/// <param name="AllCommit">Whether the commitment of the later quantisers moves the encoder, too.</param>
/// <param name="ScalesStart">Whether the first averages are those of the first codes; the released program leaves them unscaled.</param>
/// <param name="Seed">The run's.</param>
internal sealed record QuantizerRules(double Decay, double DeadBelow, bool AllCommit, bool ScalesStart, long Seed)
{
    /// <summary>The released program's limit.</summary>
    public const double ReleasedDeadBelow = 2;
}
