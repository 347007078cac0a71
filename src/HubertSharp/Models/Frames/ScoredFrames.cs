using TorchSharp;

namespace HubertSharp.Models.Frames;

/// <summary>The masked (or the unmasked) valid frames of a batch, in row-major order.</summary>
/// <param name="Positions">[N] int64: row · T + frame.</param>
/// <param name="Rows">[N] int64.</param>
/// <param name="Targets">Per label set [N] int64.</param>
/// <param name="RowCount">Frames per row.</param>
internal sealed record ScoredFrames(
    torch.Tensor Positions, torch.Tensor Rows, IReadOnlyList<torch.Tensor> Targets, IReadOnlyList<int> RowCount);
