using System.CommandLine;
using System.CommandLine.Help;
using HubertSharp.Cli;
using HubertProgram = HubertSharp.Cli.Program; // the other Program is build/WeakenGlibcxx

namespace HubertSharp.Tests.Snapshots;

/// <summary>What <c>--help</c> of every verb and group says, word for word: <c>tests/snapshots/help</c>.</summary>
public class HelpSnapshotTests
{
    [Fact]
    public void Help_texts_are_those_that_were_read() =>
        Snapshot.CheckFolder("tests/snapshots/help", ".txt", Verbs(HubertProgram.CreateRoot(), "hubert")
            .Select(verb => (verb.Replace(' ', '-'), Help(verb))));

    private static IEnumerable<string> Verbs(Command command, string name) =>
        [name, .. command.Subcommands.SelectMany(c => Verbs(c, $"{name} {c.Name}"))];

    private static string Help(string verb)
    {
        var root = HubertProgram.CreateRoot();
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = int.MaxValue; // whatever terminal the tests run in
        CommandExamples.AddToHelp(root);
        VersionText.AddTo(root);
        var help = new StringWriter();
        root.Parse([.. verb.Split(' ').Skip(1), "--help"]).Invoke(new InvocationConfiguration { Output = help });
        var lines = help.ToString().ReplaceLineEndings("\n").Replace(RootCommand.ExecutableName, "hubert", StringComparison.Ordinal)
            .Split('\n').Select(line => line.TrimEnd());
        return string.Join('\n', lines);
    }
}
