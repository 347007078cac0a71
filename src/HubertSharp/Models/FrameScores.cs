using TorchSharp;

namespace HubertSharp.Models;

/// <summary>How the masked (or the unmasked) frames of one label set were predicted. Tensors stay on the device until read.</summary>
/// <param name="LossSum">0-dim float32: summed cross entropy in nats; carries the gradient where there is one.</param>
/// <param name="Correct">0-dim int64: frames whose own class scored best, counted as fairseq does.</param>
/// <param name="Count">Frames.</param>
/// <param name="RowLossSum">[B] float32, without gradient.</param>
/// <param name="RowCorrect">[B] int64.</param>
/// <param name="RowCount">[B] frames.</param>
internal sealed record FrameScores(
    torch.Tensor LossSum, torch.Tensor Correct, long Count, torch.Tensor RowLossSum, torch.Tensor RowCorrect, IReadOnlyList<int> RowCount);
