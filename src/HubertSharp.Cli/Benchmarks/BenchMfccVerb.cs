using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Audio;
using HubertSharp.Features.Acoustic;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Cli.Benchmarks;

/// <summary><c>hubert bench mfcc</c>.</summary>
internal static class BenchMfccVerb
{
    private const int MadeUpFiles = 60;
    private const int MadeUpSeconds = 10;

    public static Command Create()
    {
        var manifest = new Option<string?>("--manifest")
        {
            Description = "Manifest (.tsv); without one, ten minutes of made-up FLAC files.",
        };
        var threads = FeatureOptions.Threads("Threads; 0 takes all cores.");
        var repeat = BenchVerb.Repeat();
        var json = BenchVerb.Json();
        var command = new Command("mfcc", "Decode, compute MFCCs with deltas, and write them, as 'hubert features mfcc' does.")
        {
            manifest, threads, repeat, json,
        };
        command.WithExample("hubert bench mfcc --manifest data/train.tsv --json");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            using var work = WorkFolder.Temporary("bench");
            var folder = work.FullName;
            var options = new AcousticDumpOptions
            {
                ManifestPath = parsed.GetValue(manifest) ?? MakeUp(folder),
                OutputFolder = Path.Combine(folder, "features"),
                Threads = parsed.GetValue(threads),
            };
            BenchReport.Measure("mfcc", parsed.GetValue(repeat), options.Threads,
                () => AcousticDump.Run(options, cancellation: cancellation),
                result => result.Frames,
                (report, result) => report with { AudioSeconds = result.AudioSeconds, Dimensions = result.Dimensions })
                .Print(parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }

    /// <summary>Chirps under noise, so that FLAC has something to do.</summary>
    private static string MakeUp(string folder)
    {
        var entries = new List<ManifestEntry>();
        var samples = new float[MadeUpSeconds * AudioFile.SampleRate];
        for (var file = 0; file < MadeUpFiles; file++)
        {
            var random = new Random(file);
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (float)((0.4 * Math.Sin(i * (0.02 + (i * 2e-7) + (file * 1e-3)))) + (0.02 * (random.NextDouble() - 0.5)));
            AudioFile.Write(Path.Combine(folder, $"{file}.flac"), samples, AudioFile.SampleRate);
            entries.Add(new ManifestEntry($"{file}.flac", samples.Length));
        }
        var path = Path.Combine(folder, "made-up.tsv");
        new Manifest(folder, entries).Write(path);
        return path;
    }
}
