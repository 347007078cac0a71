using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor.Findings.Rules;

/// <summary>
/// How much of the time is spent in training steps: <c>train_wall</c> against the time that the updates of a line took by <c>ups</c>.
/// The rest is waiting for data, validation and checkpoints; the median leaves out the lines with the latter. Costs days, not quality:
/// never more than a note. Where the log does not say its interval, lines that somebody left out look like waiting.
/// </summary>
internal sealed class ThroughputRule : FindingRule
{
    public override IEnumerable<Finding> Examine(LossFacts f)
    {
        var shares = new List<double>();
        for (var i = 1; i < f.Series.Train.Count; i++)
        {
            var (before, point) = (f.Series.Train[i - 1], f.Series.Train[i]);
            // whole seconds: short lines are too coarse
            if (before.Lines == 1
                && point.Lines == 1
                && point[Metric.TrainSeconds] is >= 3 and var busy
                && point[Metric.UpdatesPerSecond] is > 0 and var rate
                && double.IsFinite(rate))
                shares.Add(busy * rate / (f.Series.Hints.LogInterval ?? (point.Update - before.Update)));
        }
        if (shares.Count < 5)
            yield break;
        shares.Sort();
        var share = shares[shares.Count / 2];
        if (share >= 0.75)
            yield break;
        yield return new Finding(FindingLevel.Info, "data_starvation",
            f.Series.Hints.LogInterval is null ? FindingConfidence.Possible : FindingConfidence.Likely,
            ($"the training steps take {Percent(share)} of the time", $"训练步只占 {Percent(share)} 的时间"),
            ("the rest is spent waiting, most likely for audio; the loss is not harmed, the days are", "其余时间在等待，多半是等音频数据；这不影响损失，只浪费时间"),
            ("raise dataset.num_workers, keep the audio on a local disk, or decode it to WAV once",
                "增大 dataset.num_workers，把音频放在本地磁盘，或预先解码为 WAV"), Sources.Page);
    }
}
