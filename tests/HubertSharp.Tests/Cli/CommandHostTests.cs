using System.CommandLine;
using HubertSharp.Cli;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Cli;

public sealed class CommandHostTests : IDisposable
{
    private readonly StringWriter _captured = new() { NewLine = "\n" };

    public void Dispose() => _captured.Dispose();

    [Fact]
    public async Task A_user_fault_is_its_message_alone()
    {
        var exit = await RunAsync(_ => throw UserException.Create("no such manifest", "a.tsv", next: "make one"));
        Assert.Equal((CommandHost.UserFault, "hubert: a.tsv: no such manifest; make one\n"), (exit, _captured.ToString()));
    }

    [Fact]
    public async Task A_fault_of_a_worker_thread_is_unwrapped()
    {
        var exit = await RunAsync(_ => Parallel.For(0, 4, i => throw UserException.Create("bad file", $"{i % 1}.wav")));
        Assert.Equal((CommandHost.UserFault, "hubert: 0.wav: bad file\n"), (exit, _captured.ToString()));
    }

    [Fact]
    public async Task A_bug_keeps_its_stack()
    {
        var exit = await RunAsync(_ => throw new InvalidOperationException("impossible"));
        Assert.Equal(CommandHost.Bug, exit);
        Assert.Contains("impossible", _captured.ToString());
        Assert.Contains($"at {typeof(CommandHostTests).FullName}", _captured.ToString());
    }

    [Fact]
    public async Task A_full_disk_is_the_users_to_mend()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        var exit = await RunAsync(_ => File.WriteAllText("/dev/full", "x"));
        Assert.Equal(CommandHost.UserFault, exit);
        Assert.StartsWith("hubert: no space left on the disk: ", _captured.ToString());
        Assert.Equal(1, _captured.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public async Task An_action_that_is_cancelled_was_interrupted()
    {
        var exit = await RunAsync(_ => throw new OperationCanceledException());
        Assert.Equal((CommandHost.Interrupted, "hubert: interrupted\n"), (exit, _captured.ToString()));
    }

    [Fact]
    public void A_fault_after_a_signal_is_part_of_the_stop_unless_it_is_the_disk_s()
    {
        int Report(int error) => CommandHost.Report(WriteFaults.Of("update_000000010", new IOException("the system's words", error)),
            interrupted: true, _captured);
        Assert.Equal(CommandHost.Interrupted, Report(32)); // EPIPE: a child process that the same Ctrl-C ended
        Assert.Equal("hubert: interrupted\n", _captured.ToString());
        foreach (var error in (int[])[5, 28, 30, 122])
            Assert.Equal(CommandHost.UserFault, Report(error));
        Assert.Contains("update_000000010: no space left", _captured.ToString());
    }

    [Theory]
    [InlineData("clusters fit", "hubert: 'hubert' does not know 'clusters', did you mean 'cluster'? (see 'hubert --help')\n")]
    [InlineData("report", "hubert: 'hubert' does not know 'report', a report is written by 'hubert doctor RUN --html FILE', and by "
        + "'hubert pipeline' at its end (see 'hubert --help')\n")]
    [InlineData("cluster", "hubert: 'hubert cluster' needs one of fit (see 'hubert cluster --help')\n")]
    [InlineData("cluster fit", "hubert: Option '--clusters' is required. (see 'hubert cluster fit --help')\n")]
    [InlineData("cluster fit --cluster 5",
        "hubert: 'hubert cluster fit' does not know '--cluster', did you mean '--clusters'? (see 'hubert cluster fit --help')\n")]
    [InlineData("cluster fit --clusters many",
        "hubert: Cannot parse argument 'many' for option '--clusters' as expected type 'System.Int32'. "
        + "(see 'hubert cluster fit --help')\n")]
    public async Task A_bad_command_line_is_one_clear_line(string line, string expected)
    {
        var fit = new Command("fit") { new Option<int>("--clusters") { Required = true } };
        fit.SetAction(_ => 0);
        var exit = await CommandHost.RunAsync(new RootCommand { new Command("cluster") { fit } }, line.Split(' '), _captured);
        Assert.Equal((CommandHost.UserFault, expected), (exit, _captured.ToString()));
    }

    [Theory]
    [InlineData("fit --confg-name base task.data=x", "'hubert fit' does not know '--confg-name', did you mean '--config-name'?")]
    [InlineData("fit task.data=x --cofnig-name=base", "'hubert fit' does not know '--cofnig-name=base', did you mean '--config-name'?")]
    [InlineData("fit --task.data=x", "'hubert fit' does not know '--task.data=x', keys of a configuration have no dashes: 'task.data=x'")]
    [InlineData("fit --max-update 100", "'hubert fit' does not know '--max-update', keys of a configuration are given as group.key=value, "
        + "such as 'optimization.max_update=1000'")]
    [InlineData("fit -config-name=base", "'hubert fit' does not know '-config-name=base', did you mean '--config-name'?")]
    [InlineData("fit confg-name=base", "'hubert fit' does not know 'confg-name=base', did you mean '--config-name'?")]
    [InlineData("fit my-file=3.log", "")]
    [InlineData("fit task.data=-1 a -", "")]
    [InlineData("fit -- --a-file", "")]
    public async Task A_mistyped_option_among_arguments_is_told_as_one(string line, string expected)
    {
        var fit = new Command("fit")
        {
            new Option<string>("--config-name"), new Argument<string[]>("key=value") { Arity = ArgumentArity.ZeroOrMore },
        };
        fit.SetAction(_ => 0);
        var exit = await CommandHost.RunAsync(new RootCommand { fit }, line.Split(' '), _captured);
        Assert.Equal(
            expected.Length == 0 ? (CommandHost.Done, "") : (CommandHost.UserFault, $"hubert: {expected} (see 'hubert fit --help')\n"),
            (exit, _captured.ToString()));
    }

    private Task<int> RunAsync(Action<CancellationToken> body)
    {
        var verb = new Command("verb");
        verb.SetAction((_, cancellation) =>
        {
            body(cancellation);
            return Task.CompletedTask;
        });
        return CommandHost.RunAsync(new RootCommand { verb }, ["verb"], _captured);
    }
}
