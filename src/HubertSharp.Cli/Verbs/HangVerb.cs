using System.CommandLine;
using HubertSharp.Distributed;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert hang</c>: which rank of a job kept the others waiting.</summary>
internal static class HangVerb
{
    public static Command Create()
    {
        var reports = new Argument<string[]>("REPORTS")
        {
            Description = "Run folders, their folders 'ranks', or files rank_*.calls copied from several machines.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("hang",
            "Say which process of a job that hung, or lost one, is behind the others, and where: every rank keeps its last 256 calls to "
            + "the others in the run folder.")
        {
            reports,
        };
        command.WithExample("hubert hang runs/base").WithExample("hubert hang node1/ranks/*.calls node2/ranks/*.calls");
        command.SetAction((parsed, _) => FirstThread.Run(() =>
        {
            foreach (var line in HangReport.Lines(HangReport.Read(parsed.GetValue(reports)!)))
                Console.WriteLine(line);
            return CommandHost.Done;
        }));
        return command;
    }
}
