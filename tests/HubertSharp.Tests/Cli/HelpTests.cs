using System.CommandLine;
using HubertSharp.Cli;
using HubertProgram = HubertSharp.Cli.Program; // the other Program is build/WeakenGlibcxx

namespace HubertSharp.Tests.Cli;

public class HelpTests
{
    public static TheoryData<string> Verbs() => [.. Leaves(HubertProgram.CreateRoot(), "hubert").Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_closes_its_help_with_an_example_that_parses(string verb)
    {
        var root = HubertProgram.CreateRoot();
        var command = Leaves(root, "hubert").Single(v => v.Name == verb).Command;
        Assert.False(string.IsNullOrWhiteSpace(command.Description), $"{verb} has no description");
        var examples = CommandExamples.Of(command).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            Assert.StartsWith(verb + " ", example + " ");
            var parsed = root.Parse(example["hubert ".Length..]);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors)}");
            Assert.Same(command, parsed.CommandResult.Command);
        }
        var help = new StringWriter();
        CommandExamples.AddToHelp(root);
        root.Parse($"{verb["hubert ".Length..]} --help").Invoke(new InvocationConfiguration { Output = help });
        Assert.EndsWith($"  {examples[^1]}", help.ToString().TrimEnd());
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_and_argument_is_described(string verb)
    {
        var command = Leaves(HubertProgram.CreateRoot(), "hubert").Single(v => v.Name == verb).Command;
        Assert.All(command.Options, o => Assert.False(string.IsNullOrWhiteSpace(o.Description), $"{verb} {o.Name}"));
        Assert.All(command.Arguments, a => Assert.False(string.IsNullOrWhiteSpace(a.Description), $"{verb} {a.Name}"));
    }

    private static IEnumerable<(string Name, Command Command)> Leaves(Command command, string name) =>
        command.Subcommands.Count == 0
            ? [(name, command)]
            : command.Subcommands.SelectMany(c => Leaves(c, $"{name} {c.Name}"));
}
