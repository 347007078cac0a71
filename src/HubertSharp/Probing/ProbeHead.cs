using HubertSharp.Runs;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Probing;

// L hidden states, N frames of several utterances, D dimensions, P projector, C outputs

/// <summary>
/// s3prl's Featurizer and its small heads: the sum of the hidden states under softmax weights, a linear projector, for a class of the whole
/// utterance the mean of its frames, and a linear layer.
/// </summary>
internal sealed class ProbeHead : IDisposable
{
    public const string LayerWeights = "featurizer.weights", Projector = "projector", Linear = "linear";

    private readonly bool _pools;
    private readonly Parameter? _weights;
    private readonly WeightAndBias? _projector;
    private readonly WeightAndBias _linear;

    /// <param name="states">L; one needs no weights.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="projectorDim">P, or 0 for none.</param>
    /// <param name="outputs">C.</param>
    /// <param name="pools">Whether it names whole utterances.</param>
    public ProbeHead(int states, int dimensions, int projectorDim, int outputs, bool pools)
    {
        (States, Dimensions, _pools) = (states, dimensions, pools);
        var width = projectorDim > 0 ? projectorDim : dimensions;
        ParameterSpec[] specs =
        [
            .. states > 1 ? [new ParameterSpec(LayerWeights, [states])] : (ParameterSpec[])[],
            .. projectorDim > 0 ? LinearLayer(Projector, width, dimensions) : [],
            .. LinearLayer(Linear, outputs, width),
        ];
        Parameters = new ParameterStore(specs, ComputePrecision.Float32, CPU);
        _weights = Parameters.FindParameter(LayerWeights);
        _projector = projectorDim > 0 ? Parameters.WeightAndBiasOf(Projector) : null;
        _linear = Parameters.WeightAndBiasOf(Linear);
    }

    public int States { get; }

    public int Dimensions { get; }

    public ParameterStore Parameters { get; }

    /// <summary>What the softmax makes of the layer weights; one without them is 1.</summary>
    public double[] Shares()
    {
        if (_weights is null)
            return [1];
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return [.. F.softmax(_weights.Leaf, 0).data<float>().ToArray().Select(share => (double)share)];
    }

    /// <summary>Draws the weights as torch does: a linear layer within 1 / √(its inputs), and all hidden states alike.</summary>
    public void Initialise(ulong seed) => Parameters.CopyFrom(info =>
    {
        var values = new float[info.Count];
        if (info.Name == LayerWeights)
            return values;
        var owner = info.Name[..info.Name.IndexOf('.', StringComparison.Ordinal)];
        var bound = 1 / Math.Sqrt(Parameters.ShapeOf($"{owner}.weight")[1]);
        var random = new SeededRandom(SeededRandom.Derive(seed, (ulong)info.Offset));
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(((2 * random.NextDouble()) - 1) * bound);
        return values;
    });

    /// <summary>What the head says of some utterances. Call it inside a dispose scope that ends after backward.</summary>
    /// <param name="features">[L, T, D] of each.</param>
    /// <param name="frames">T of each.</param>
    /// <returns>[N, C], a row for each frame, or for each utterance.</returns>
    public Tensor Forward(IReadOnlyList<float[]> features, IReadOnlyList<int> frames)
    {
        var count = frames.Sum();
        var joined = new float[States * count * Dimensions];
        for (var l = 0; l < States; l++)
        {
            var place = l * count * Dimensions;
            for (var u = 0; u < features.Count; u++)
            {
                var size = frames[u] * Dimensions;
                features[u].AsSpan(l * size, size).CopyTo(joined.AsSpan(place));
                place += size;
            }
        }
        var x = tensor(joined, [States, (long)count * Dimensions]);
        x = (_weights is null ? x : F.softmax(_weights.Leaf, 0).unsqueeze(0).matmul(x)).view(count, Dimensions); // [N, D]
        if (_projector is not null)
            x = F.linear(x, _projector.Weight.Leaf, _projector.Bias.Leaf); // [N, P]
        if (_pools && count > frames.Count)
            x = stack([.. x.split([.. frames.Select(f => (long)f)]).Select(rows => rows.mean([0]))]);
        return F.linear(x, _linear.Weight.Leaf, _linear.Bias.Leaf);
    }

    private static ParameterSpec[] LinearLayer(string name, int outputs, int inputs) =>
        [new($"{name}.weight", [outputs, inputs]), new($"{name}.bias", [outputs])];

    public void Dispose() => Parameters.Dispose();
}
