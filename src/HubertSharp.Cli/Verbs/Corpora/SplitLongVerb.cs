using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.Corpora;
using HubertSharp.Corpora.Splitting;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Verbs.Corpora;

/// <summary><c>hubert corpus split-long</c>: recordings of any length become utterances, cut at their pauses.</summary>
internal static class SplitLongVerb
{
    private const int MostReasonsShown = 10;

    public static Command Create()
    {
        var defaults = new SplitLongOptions { Recordings = "", Output = "" };
        var recordings = new Argument<string>("RECORDINGS") { Description = "Folder of recordings, one recording, or a manifest (.tsv)." };
        var output = new Option<string>("--out")
        {
            Description = "Folder for audio/ with the pieces, their manifest, and pieces.tsv, which says where each is from.",
            Required = true,
        };
        var minSeconds = new Option<double>("--min-seconds")
        {
            Description = "Shortest piece; shorter speech is widened by the pauses around it, or left out and told.",
            DefaultValueFactory = _ => defaults.MinSeconds,
        };
        var maxSeconds = new Option<double>("--max-seconds")
        {
            Description = "Longest piece; speech without a pause is cut where it is quietest.",
            DefaultValueFactory = _ => defaults.MaxSeconds,
        };
        var pauseSeconds = new Option<double>("--pause-seconds")
        {
            Description = "Shortest pause to cut at.",
            DefaultValueFactory = _ => defaults.PauseSeconds,
        };
        var language = new Option<string?>("--language")
        {
            Description = "Language of the pieces (zh, en, ...), written as the third column.",
        };
        var command = new Command("split-long",
            "Cut long recordings into utterances of bounded length at their pauses (by energy), in constant memory; a stopped run goes on.")
        {
            recordings, output, minSeconds, maxSeconds, pauseSeconds, language,
        };
        command.WithExample("hubert corpus split-long /data/podcasts --out pieces --language zh");
        command.WithExample("hubert corpus split-long data/train.tsv --out pieces --min-seconds 2 --max-seconds 20");
        command.SetAction((parsed, cancellation) =>
        {
            var options = new SplitLongOptions
            {
                Recordings = parsed.GetValue(recordings)!,
                Output = parsed.GetValue(output)!,
                MinSeconds = parsed.GetValue(minSeconds),
                MaxSeconds = parsed.GetValue(maxSeconds),
                PauseSeconds = parsed.GetValue(pauseSeconds),
                Language = parsed.GetValue(language),
            };
            SplitLongReport report;
            using (var progress = ConsoleProgress.Start("split-long", unit: "recordings"))
                report = LongRecordings.Split(options, progress, cancellation);
            Print(report, options.Output);
            return Task.FromResult(CommandHost.Done);
        });
        return command;
    }

    private static void Print(SplitLongReport report, string output)
    {
        Console.WriteLine($"{report.Manifest}: {Counted.Of(report.Pieces, "piece")} of {Counted.Of(report.Recordings, "recording")}, "
            + $"{report.PieceSeconds / 3600:0.00} of {report.Seconds / 3600:0.00} h; the rest are pauses");
        if (report.CutInSpeech > 0)
            Console.WriteLine($"{Counted.Of(report.CutInSpeech, "cut")} within speech, at its quietest: no pause was near; "
                + "a smaller --pause-seconds or a greater --max-seconds makes fewer");
        if (report.ShortSeconds > 0)
            Console.WriteLine($"{report.ShortSeconds:0.0} s of speech left out: too short for pieces of their own");
        if (report.Skipped.Count == 0)
            return;
        Console.WriteLine($"{Counted.Of(report.Skipped.Count, "file")} left out (all in {Path.Combine(output, "skipped.tsv")}):");
        foreach (var (file, reason) in report.Skipped.Take(MostReasonsShown))
            Console.WriteLine($"  {CorpusFaults.NameOf(file)}: {reason}");
    }
}
