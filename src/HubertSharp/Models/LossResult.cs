using TorchSharp;

namespace HubertSharp.Models;

/// <summary>The criterion of one batch, in fairseq's terms. Its tensors live in the caller's dispose scope.</summary>
/// <param name="Loss">0-dim float32 with gradient: the sum in nats, weighted features penalty times sample size included.</param>
/// <param name="SampleSize">Frames of the first label set whose weight is above 0.</param>
/// <param name="Masked">Per label set; empty with <c>skip_masked</c>.</param>
/// <param name="Unmasked">Per label set; empty with <c>skip_nomask</c>, or when neither weighted nor asked for.</param>
/// <param name="FeaturesPenalty">fairseq's <c>loss_features_pen</c>: 0-dim float32, weight × mean square × sample size; null when its
/// weight is 0.</param>
internal sealed record LossResult(
    torch.Tensor Loss, long SampleSize, IReadOnlyList<FrameScores> Masked, IReadOnlyList<FrameScores> Unmasked,
    torch.Tensor? FeaturesPenalty)
{
    /// <summary>Masked frames as middle layers predicted them (<c>model.predict_layers</c>), ascending; the loss is the mean over all
    /// layers.</summary>
    public IReadOnlyList<LayerScores> Middle { get; init; } = [];

    /// <summary>The last layer's scores, then the middle layers'.</summary>
    public IEnumerable<FrameScores> AllScores =>
        Masked.Concat(Unmasked).Concat(Middle.SelectMany(layer => layer.Masked.Concat(layer.Unmasked)));
}

