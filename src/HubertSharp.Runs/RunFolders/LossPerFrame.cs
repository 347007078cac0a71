namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// fairseq divides the loss of masked frames, and that of unmasked ones, by all frames that are scored
/// (<c>hubert_criterion.py</c>): with <c>criterion.pred_nomask_weight</c> above 0 what it logs as <c>loss_m_0</c> is the share of the
/// masked frames in the mean, about half of their loss. Logs keep its numbers; whoever judges or shows a loss takes it per frame.
/// </summary>
public static class LossPerFrame
{
    /// <summary>Rounding of what a log tells of frames.</summary>
    private const double Tolerance = 0.01;

    /// <summary>Masked loss of the first label set, in bits per masked frame.</summary>
    /// <param name="metric">A logged figure by its key; NaN where there is none.</param>
    /// <returns>As it was logged with several label sets, of which the log does not show what was divided by.</returns>
    public static double Masked(Func<string, double> metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var factor = double.IsNaN(metric("count_m_1")) ? Factor(metric("wpb"), metric("count_m_0"), metric("count_u_0")) : 1;
        return metric("loss_m_0") * factor;
    }

    /// <summary>What a logged loss of one kind of frames is multiplied with to be the mean over these frames.</summary>
    /// <param name="sampleSize">What fairseq divided by: <c>wpb</c>.</param>
    /// <param name="frames">Frames of the kind: <c>count_m_0</c> for masked ones.</param>
    /// <param name="others">Frames of the other kind.</param>
    /// <returns>1 where the log does not show that both kinds were divided by.</returns>
    public static double Factor(double? sampleSize, double? frames, double? others) =>
        sampleSize is { } size && frames is > 0 and var own && others is > 0 and var rest
        && Math.Abs(size - own - rest) < Tolerance * Math.Min(own, rest)
            ? size / own
            : 1;
}
