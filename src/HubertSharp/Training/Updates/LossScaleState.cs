namespace HubertSharp.Training.Updates;

/// <summary>What a <see cref="LossScaler"/> remembers; part of a checkpoint. fairseq saves the scale alone.</summary>
/// <param name="Scale">What the loss is multiplied with.</param>
/// <param name="Updates">Updates seen, overflows included.</param>
/// <param name="LastOverflow">The update that overflowed last, −1 before the first.</param>
/// <param name="LastRescale">The update after which the scale changed last, −1 before the first.</param>
/// <param name="OverflowsSinceRescale">Overflows since then.</param>
internal sealed record LossScaleState(
    double Scale, long Updates = 0, long LastOverflow = -1, long LastRescale = -1, long OverflowsSinceRescale = 0);
