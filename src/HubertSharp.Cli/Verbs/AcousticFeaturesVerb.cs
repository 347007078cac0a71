using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Features.Acoustic;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert features mfcc</c> and <c>hubert features fbank</c>.</summary>
internal static class AcousticFeaturesVerb
{
    public static Command CreateMfcc() => Create("mfcc",
        "Kaldi-compatible MFCCs with deltas and delta-deltas: 39 numbers, 100 times a second (dump_mfcc_feature.py).",
        AcousticSettings.Mfcc);

    public static Command CreateFbank() => Create("fbank",
        "Kaldi-compatible log filter energies: 80 numbers, 100 times a second.", AcousticSettings.Fbank);

    private static Command Create(string kind, string description, AcousticSettings settings)
    {
        var (manifest, output) = (FeatureOptions.Manifest(), FeatureOptions.Output());
        var share = new ProcessArguments();
        var (shard, threads) = (FeatureOptions.Shard(), FeatureOptions.Threads());
        var waveform = new Option<string>("--waveform")
        {
            Description = "Scale of the samples: unit ([-1, 1]) or int16 (times 32768).",
            DefaultValueFactory = _ => settings.Description.Waveform!,
        };
        waveform.AcceptOnlyFromAmong("unit", "int16");
        var command = new Command(kind, description) { manifest, output, shard, waveform, threads, share.Processes };
        command.WithExample($"hubert features {kind} --manifest data/train.tsv --out features/{kind} --shard 0/4");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            return share.Run(parsed, parsed.GetValue(output)!, replicas =>
            {
                using var progress = ConsoleProgress.Start(replicas, kind.ToUpperInvariant(), "files");
                var options = new AcousticDumpOptions
                {
                    ManifestPath = parsed.GetValue(manifest)!,
                    OutputFolder = parsed.GetValue(output)!,
                    Settings = settings with { WaveformScale = parsed.GetValue(waveform) == "unit" ? 1 : 1 << 15 },
                    Shard = parsed.GetValue(shard),
                    Replicas = replicas,
                    Threads = parsed.GetValue(threads),
                };
                AcousticDump.Run(options, progress, cancellation);
            }, cancellation);
        }));
        return command;
    }
}
