using System.CommandLine;
using HubertSharp.Audio;
using HubertSharp.Cli.Output;
using HubertSharp.Clustering;
using HubertSharp.Runs;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Cli.Verbs.Labels;

/// <summary>
/// <c>hubert labels check</c>: what is wrong with labels, before a training shows it after days; <c>hubert labels text</c>: labels of
/// transcripts.
/// </summary>
internal static class LabelsVerb
{
    public static Command Create() => new("labels", "Work with labels.") { Check(), LabelsTextVerb.Create() };

    private static Command Check()
    {
        var manifests = new Option<string[]>("--manifest")
        {
            Description = "Manifest (.tsv); several are compared with the first.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var labels = new Option<string[]>("--labels")
        {
            Description = "Label file (.km), one per manifest.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var labelRate = new Option<double>("--label-rate")
        {
            Description = "Labels per second, as model.label_rate will say.",
            Required = true,
        };
        var dictionary = new Option<string?>("--dict")
        {
            Description = "Dictionary; without it dict.LABEL.txt beside the first label file is taken where it exists.",
        };
        var sampleRate = new Option<int>("--sample-rate")
        {
            Description = "Samples per second of the manifest's lengths.",
            DefaultValueFactory = _ => SamplingRate.Hz,
        };
        var features = new Option<string?>("--features")
        {
            Description = "Folder of the features that the labels were made of: the labels' order is judged by theirs.",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("check",
            "Check labels against their manifest: counts, durations, rate, ids, use of the clusters, train against valid.")
        {
            manifests, labels, labelRate, dictionary, sampleRate, features, json,
        };
        command.WithExample("hubert labels check --manifest train.tsv valid.tsv --labels train.km valid.km --label-rate 100");
        command.SetAction((parsed, cancellation) =>
        {
            var options = Options(parsed.GetValue(manifests)!, parsed.GetValue(labels)!, parsed.GetValue(dictionary),
                parsed.GetValue(labelRate), parsed.GetValue(sampleRate)) with
            {
                OwnClusters = parsed.GetValue(features) is { } folder
                    ? (split, clusters, token) => OwnClusters.Of(folder, split, clusters, token)
                    : null,
            };
            LabelReport report;
            using (var progress = ConsoleProgress.Start("Labels", 0, "utterances"))
                report = LabelCheck.Run(options, progress, cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Write(report);
            else
                LabelsTable.Write(Console.Out, report);
            report.ThrowIfBroken();
            return Task.FromResult(CommandHost.Done);
        });
        return command;
    }

    private static LabelCheckOptions Options(string[] manifests, string[] labels, string? dictionary, double labelRate, int sampleRate)
    {
        if (manifests.Length != labels.Length)
            throw UserException.Create("--labels", expected: $"one label file per manifest, {manifests.Length}", found: $"{labels.Length}");
        if (!(labelRate > 0) || !double.IsFinite(labelRate))
            throw UserException.Create("--label-rate", expected: "labels per second above 0", found: $"{labelRate}");
        if (sampleRate <= 0)
            throw UserException.Create("--sample-rate", expected: "samples per second above 0", found: $"{sampleRate}");
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(labels[0]))!,
            $"dict.{Path.GetExtension(labels[0]).TrimStart('.')}.txt");
        return new LabelCheckOptions
        {
            Splits = [.. manifests.Zip(labels, (m, l) => new LabelSplit(Path.GetFileNameWithoutExtension(l), m, l))],
            DictionaryPath = dictionary ?? (File.Exists(beside) ? beside : null),
            LabelRate = labelRate,
            LabelRateSetting = "--label-rate ",
            SampleRate = sampleRate,
            LengthOf = AudioFile.LengthOrNull,
        };
    }
}
