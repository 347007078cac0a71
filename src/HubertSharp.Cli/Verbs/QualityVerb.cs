using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.Evaluation.Quality;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert quality</c>: how well cluster labels agree with reference phones or syllables.</summary>
internal static class QualityVerb
{
    public static Command Create()
    {
        var manifest = new Option<string>("--manifest")
        {
            Description = "Manifest (.tsv) that the labels were made from.",
            Required = true,
        };
        var labels = new Option<string[]>("--labels")
        {
            Description = "Cluster label files (.km), one or more.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var labelRate = new Option<double[]>("--label-rate")
        {
            Description = "Labels per second: one rate, or one per label file.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var reference = new Option<string>("--reference")
        {
            Description = "Alignment in samples (zh_labels.tsv, *.phn.tsv), TextGrid, CTM, LibriSpeech's or TIMIT's, a file or a folder of "
                + "them; phones per frame (name TAB phone,phone,...); or other labels of the same manifest (.km). "
                + "docs/evaluation.md shows each.",
            Required = true,
        };
        var keepDigits = new Option<bool>("--keep-digits")
        {
            Description = "Compare with tone and stress digits; without it they are removed, as fairseq does.",
        };
        var pad = new Option<int>("--pad")
        {
            Description = "Repeat each utterance's first and last label this often (labels of spliced features).",
        };
        var upsample = new Option<int>("--upsample")
        {
            Description = "Repeat each label this often, for a reference with its own frame rate.",
            DefaultValueFactory = _ => 1,
        };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the table." };
        var command = new Command("quality",
            "Purity and PNMI of cluster labels against reference phones or syllables, "
            + "with fairseq's arithmetic (measure_teacher_quality.py).")
        {
            manifest, labels, labelRate, reference, keepDigits, pad, upsample, json,
        };
        command.Subcommands.Add(QualityLayersVerb.Create());
        command.WithExample(
            "hubert quality --manifest data/train.tsv --labels it1/train.km it2/train.km --label-rate 100 50 --reference "
            + "data/zh_labels.tsv");
        command.SetAction(parsed =>
        {
            var files = parsed.GetValue(labels)!;
            var rates = parsed.GetValue(labelRate)!;
            var options = new QualityOptions
            {
                ManifestPath = parsed.GetValue(manifest)!,
                Labels = files,
                LabelRates = rates,
                ReferencePath = parsed.GetValue(reference)!,
                RemoveDigits = !parsed.GetValue(keepDigits),
                Pad = parsed.GetValue(pad),
                Upsample = parsed.GetValue(upsample),
            };
            QualityTable.Print(LabelFileQuality.Measure(options), parsed.GetValue(json));
            return CommandHost.Done;
        });
        return command;
    }
}
