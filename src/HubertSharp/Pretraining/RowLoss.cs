namespace HubertSharp.Pretraining;

/// <summary>The loss of one row of an update.</summary>
/// <param name="MicroBatch">Which of the update's micro-batches, from 0.</param>
/// <param name="Row">Row within it, from 0.</param>
/// <param name="LossNats">Summed over its scored frames.</param>
internal readonly record struct RowLoss(int MicroBatch, int Row, double LossNats);
