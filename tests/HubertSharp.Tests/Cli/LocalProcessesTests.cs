using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

/// <summary>The command line that <c>--nproc</c> becomes; that it runs is told by MpiTrainingTests.</summary>
public class LocalProcessesTests
{
    [Theory]
    [InlineData("pretrain --nproc 4 --run r task.data=d", "pretrain --run r task.data=d common.num_threads=2")]
    [InlineData("pretrain --run r --nproc=4", "pretrain --run r common.num_threads=2")]
    [InlineData("pretrain --nproc 4 ++common.num_threads=3", "pretrain ++common.num_threads=3")]
    public void The_processes_get_the_same_command_and_their_share_of_the_cores(string arguments, string expected)
    {
        var command = LocalProcesses.Command(4, ["hubert"], arguments.Split(' '), "--nproc", trains: true, cores: 9, isRoot: false);
        Assert.Equal("mpirun -n 4", string.Join(' ', command.Take(3)));
        Assert.EndsWith($" hubert {expected}", string.Join(' ', command), StringComparison.Ordinal);
        Assert.DoesNotContain("--allow-run-as-root", command);
    }

    [Fact]
    public void Where_no_configuration_says_how_many_threads_there_are_the_processes_see_fewer_cores()
    {
        var command = LocalProcesses.Command(
            4, ["hubert"], ["features", "mfcc", "--nproc", "4", "--out", "o"], "--nproc", trains: false, cores: 9, isRoot: false);
        Assert.EndsWith(" -x DOTNET_PROCESSOR_COUNT=2 hubert features mfcc --out o", string.Join(' ', command), StringComparison.Ordinal);
    }

    [Fact]
    public void More_processes_than_cores_have_a_thread_each_and_root_is_allowed()
    {
        var command = LocalProcesses.Command(4, ["dotnet", "hubert.dll"], ["finetune"], "--nproc", trains: true, cores: 2, isRoot: true);
        Assert.EndsWith(" --allow-run-as-root dotnet hubert.dll finetune common.num_threads=1", string.Join(' ', command),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_that_left_nobody_a_last_word_is_told_of()
    {
        Assert.All((int[])[0, 1, 70, 75, 130], exitCode => Assert.Null(LocalProcesses.Ended(exitCode, trains: true)));
        Assert.Equal("a process, or mpirun, was ended by signal 9 (SIGKILL; the system sends it where memory runs out); the same command "
            + "goes on from the newest checkpoint, if there is one", LocalProcesses.Ended(137, trains: true));
        Assert.Equal("a process, or mpirun, was ended by signal 11; run the same command again", LocalProcesses.Ended(139, trains: false));
    }
}
