using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models;

// N frames to score, D encoder width, P final width, C classes of one label set.

/// <summary>
/// Scores frames against class embeddings (HuBERT, equation 3): cosine over temperature, then cross entropy, one matrix product
/// per label set; or by a linear layer (<c>model.prediction_head</c>).
/// fairseq's layout (positive in column 0, −inf over its own class) is the same softmax over the C classes.
/// </summary>
internal sealed class ClusterPrediction
{
    private const double CosineEpsilon = 1e-8; // torch.cosine_similarity's

    private readonly ModelConfig _config;
    private readonly WeightAndBias? _norm; // of a middle layer whose output has none of its own
    private readonly WeightAndBias? _projection; // none without a prediction head
    private readonly Parameter? _embeddings;
    private readonly WeightAndBias? _glu;
    private readonly IReadOnlyList<int> _classes;

    /// <param name="config">The model group.</param>
    /// <param name="parameters">Holds the parameters.</param>
    /// <param name="classes">Classes of each label set.</param>
    /// <param name="layer">Whose output it scores, counted from 1.</param>
    public ClusterPrediction(ModelConfig config, ParameterStore parameters, IReadOnlyList<int> classes, int layer)
    {
        var prefix = HubertParameters.HeadPrefix(config, layer);
        _config = config;
        Layer = layer;
        _norm = prefix.Length > 0 && parameters.Has(prefix + "layer_norm.weight")
            ? parameters.WeightAndBiasOf(prefix + "layer_norm")
            : null;
        _projection = classes.Count > 0 ? parameters.WeightAndBiasOf(prefix + "final_proj") : null;
        _embeddings = parameters.FindParameter(prefix + "label_embs_concat");
        _glu = parameters.Has(prefix + "target_glu.0.weight") ? parameters.WeightAndBiasOf(prefix + "target_glu.0") : null;
        _classes = classes;
    }

    /// <summary>Whose output it scores, counted from 1.</summary>
    public int Layer { get; }

    /// <summary>Logits of every label set for the chosen frames.</summary>
    /// <param name="x">[F, D] encoder output of all frames.</param>
    /// <param name="frames">[N] int64 rows of <paramref name="x"/>.</param>
    /// <returns>Per label set [N, C] float32.</returns>
    public List<Tensor> Logits(Tensor x, Tensor frames)
    {
        if (_projection is null)
            throw new InvalidOperationException("a model without prediction head scores no frames");
        var chosen = x.index_select(0, frames); // [N, D]
        if (_norm is not null)
            chosen = F.layer_norm(chosen, [chosen.shape[1]], _norm.Weight.Leaf, _norm.Bias.Leaf);
        var projected = F.linear(chosen, _projection.Weight.Leaf, _projection.Bias.Leaf).to_type(float32);
        if (_embeddings is null)
            return PerSet(projected);
        var embeddings = _embeddings.Leaf;
        var finalDim = HubertParameters.FinalDim(_config);
        var logits = new List<Tensor>(_classes.Count);
        var firstClass = 0;
        for (var set = 0; set < _classes.Count; set++)
        {
            using var scope = NewDisposeScope();
            var own = _config.UntieFinalProj ? projected.narrow(1, (long)set * finalDim, finalDim) : projected; // [N, P]
            var classes = embeddings.narrow(0, firstClass, _classes[set]); // [C, P]
            if (_glu is not null)
                classes = F.glu(F.linear(classes, _glu.Weight.Leaf, _glu.Bias.Leaf), -1);
            var cosine = F.normalize(own, dim: 1, eps: CosineEpsilon).mm(F.normalize(classes, dim: 1, eps: CosineEpsilon).t());
            logits.Add((cosine / Scalars.Of(_config.LogitTemp)).MoveToOuterDisposeScope());
            firstClass += _classes[set];
        }
        return logits;
    }

    /// <summary>The linear head's logits, [N, C of all sets].</summary>
    private List<Tensor> PerSet(Tensor logits)
    {
        if (_classes.Count == 1)
            return [logits];
        var sets = new List<Tensor>(_classes.Count);
        var firstClass = 0;
        foreach (var classes in _classes)
        {
            sets.Add(logits.narrow(1, firstClass, classes));
            firstClass += classes;
        }
        return sets;
    }

    /// <summary>Cross entropy and accuracy of scored frames.</summary>
    /// <param name="logits">[N, C] float32.</param>
    /// <param name="targets">[N] int64.</param>
    /// <param name="rows">[N] int64: the batch row of each frame.</param>
    /// <param name="rowCount">Frames per batch row.</param>
    /// <param name="ownColumnHidden">
    /// fairseq subtracts rows whose positive is both largest and smallest. With its −inf column (the model) that takes a positive
    /// of −inf; without it (logits already in fairseq's layout, target 0) all-equal rows are such.
    /// </param>
    public static FrameScores Score(Tensor logits, Tensor targets, Tensor rows, IReadOnlyList<int> rowCount, bool ownColumnHidden = true)
    {
        using var scope = NewDisposeScope();
        var losses = F.cross_entropy(logits, targets, reduction: nn.Reduction.None); // [N]
        var sum = losses.sum();
        using var guard = no_grad();
        var positive = logits.gather(1, targets.unsqueeze(1)).squeeze(1);
        var correct = positive >= logits.amax([1]);
        var smallest = ownColumnHidden ? positive == Scalars.NegativeInfinity : positive <= logits.amin([1]);
        var counted = (correct & ~smallest).to_type(int64);
        var rowLoss = zeros(rowCount.Count, float32, logits.device).index_add_(0, rows, losses.detach(), Scalars.One);
        var rowCorrect = zeros(rowCount.Count, int64, logits.device).index_add_(0, rows, counted, Scalars.One);
        return new FrameScores(sum.MoveToOuterDisposeScope(), counted.sum().MoveToOuterDisposeScope(), targets.shape[0],
            rowLoss.MoveToOuterDisposeScope(), rowCorrect.MoveToOuterDisposeScope(), rowCount);
    }
}
