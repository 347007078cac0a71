using HubertSharp.Audio;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Pretraining;

/// <summary>The label check at the door of training: what cannot work stops here, not after days.</summary>
internal static class LabelGate
{
    /// <summary>Checks every label set of the training split, with the valid split beside it.</summary>
    /// <param name="force">Train in spite of what cannot work; it is told all the same.</param>
    /// <returns>One report per label set, in the order of <c>task.labels</c>.</returns>
    /// <exception cref="Runs.UserException">Labels that cannot work.</exception>
    public static IReadOnlyList<LabelReport> Check(
        HubertConfig config, bool withValid, bool force, Action<string> notice, CancellationToken cancellation)
    {
        var reports = new List<LabelReport>();
        foreach (var labels in config.Task.Labels)
        {
            string[] splits = withValid ? [config.Dataset.TrainSubset, config.Dataset.ValidSubset] : [config.Dataset.TrainSubset];
            var report = LabelCheck.Run(
                new LabelCheckOptions
                {
                    Splits =
                    [
                        .. splits.Select(s => new LabelSplit(s, PretrainingData.ManifestPath(config.Task, s),
                            PretrainingData.LabelPath(config.Task, s, labels))),
                    ],
                    DictionaryPath = PretrainingData.DictionaryPath(config.Task, labels),
                    LabelRate = config.Task.LabelRate,
                    SampleRate = config.Task.SampleRate,
                    LengthOf = AudioFile.LengthOrNull,
                },
                progress: null, cancellation);
            if (!force)
                report.ThrowIfBroken();
            foreach (var finding in report.Findings)
                notice($"labels: {finding.Message}; {finding.Next}");
            reports.Add(report);
        }
        return reports;
    }
}
