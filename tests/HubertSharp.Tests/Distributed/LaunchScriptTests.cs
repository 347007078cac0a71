using System.Globalization;
using System.Runtime.Versioning;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Distributed;

/// <summary>The scripts of <c>launch/</c> with stand-ins for Slurm's programs and for <c>mpirun</c>.</summary>
[Trait("Part", "e2e")]
[SupportedOSPlatform("linux")]
public sealed class LaunchScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LaunchScriptTests()
    {
        // srun says what it was given and ends as it is told; the number is that of the job's processes
        Program("srun", "echo \"cores ${DOTNET_PROCESSOR_COUNT:-all}: $*\"", "exit \"$SRUN_STATUS\"");
        Program("scontrol", "echo \"scontrol $*\"", "exit \"${SCONTROL_STATUS:-0}\"");
        // sbatch obeys the lines of the script that are for it, as far as they matter here
        Program("sbatch",
            "grep -q '^#SBATCH --requeue$' \"$1\" && grep -q '^#SBATCH --signal=USR1@' \"$1\" || exit 9",
            "export SLURM_JOB_ID=42 SLURM_CPUS_PER_TASK=$(sed -n 's/^#SBATCH --cpus-per-task=//p' \"$1\")",
            "exec bash \"$@\"");
    }

    [Theory]
    [InlineData(0, "", "")] // done
    [InlineData(1, "", "")] // a fault of the user's
    [InlineData(130, "", "scontrol requeue 42")] // interrupted, the checkpoint is written
    [InlineData(75, "", "scontrol requeue 42")] // a rank was lost
    [InlineData(137, "SLURM_RESTART_COUNT=99", "scontrol requeue 42")]
    [InlineData(137, "SLURM_RESTART_COUNT=100", "")] // dies again and again
    [InlineData(130, "SLURM_RESTART_COUNT=100", "scontrol requeue 42")]
    [InlineData(130, "SLURM_ARRAY_JOB_ID=42 SLURM_ARRAY_TASK_ID=7", "scontrol requeue 42_7")] // not the whole array
    public void A_Slurm_job_goes_back_into_the_queue_when_the_same_command_goes_on(int status, string variables, string expected)
    {
        var end = Slurm($"SRUN_STATUS={status} {variables}", "pretrain --run runs/one");
        Assert.Equal(status, end.ExitCode);
        Assert.Equal(expected, end.Output.Split('\n').FirstOrDefault(line => line.StartsWith("scontrol", StringComparison.Ordinal)) ?? "");
        Assert.Equal(status == 137 && expected.Length == 0, end.Error.Contains("100 times already", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pretrain --run r", "all", "pretrain --run r common.num_threads=16")]
    [InlineData("pretrain common.num_threads=3", "all", "pretrain common.num_threads=3")]
    [InlineData("features mfcc --out f", "16", "features mfcc --out f")]
    public void A_Slurm_job_gets_its_threads_as_its_command_takes_them(string command, string cores, string expected) =>
        Assert.Equal($"cores {cores}: --cpus-per-task=16 --mpi=pmix --kill-on-bad-exit=1 hubert {expected}",
            Slurm("SRUN_STATUS=0 HUBERT=hubert", command).Output.TrimEnd());

    [Fact]
    public void A_task_of_an_array_has_its_number_in_the_command()
    {
        var end = Slurm("SRUN_STATUS=0 SLURM_ARRAY_JOB_ID=40 SLURM_ARRAY_TASK_ID=3", "pretrain --run 'runs/my seed%a' common.seed=%a");
        Assert.Contains("pretrain --run runs/my seed3 common.seed=3 ", end.Output);
    }

    [Fact]
    public void A_Slurm_job_that_may_not_go_back_says_what_to_do()
    {
        var end = Slurm("SRUN_STATUS=130 SCONTROL_STATUS=1", "pretrain --run runs/one");
        Assert.Equal(130, end.ExitCode);
        Assert.Contains("submit the same command, which goes on from the newest checkpoint", end.Error);
    }

    [Fact]
    public void The_end_of_a_job_is_announced_to_mpirun_as_a_signal_that_lets_it_save()
    {
        Program("mpirun", "trap 'echo told; exit 130' USR1", "echo \"$*\"", "while :; do sleep 0.02; done");
        using var job = Mpirun("hubert pretrain");
        Assert.True(job.WaitFor("hubert pretrain common.num_threads="));
        job.Terminate();
        var end = job.WaitForEnd();
        Assert.Equal((130, true), (end.ExitCode, end.Output.Contains("told", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_mpirun_waits_for_when_a_rank_has_ended_the_job_is_ended_too()
    {
        // a remote shell that has a session of its own, as Open MPI's have
        Program("mpirun", "trap '' TERM USR1", $"setsid sleep 1000 & echo $! > {_folder.At("shell")}",
            "echo 'rank 1 on node2 has died; this job ends here, and so on' >&2", "wait");
        using var job = Mpirun("hubert features mfcc");
        var end = job.WaitForEnd();
        Assert.Equal(75, end.ExitCode); // the same command goes on
        Assert.Contains("rank 1 on node2 has died", end.Error);
        var shell = int.Parse(File.ReadAllText(_folder.At("shell")), CultureInfo.InvariantCulture);
        Patience.Until(() => HubertProcess.Signal(shell, 0) != 0, "the end of the remote shell");
    }

    [Theory]
    [InlineData("features mfcc", "-x DOTNET_PROCESSOR_COUNT=3 hubert features mfcc")]
    [InlineData("pretrain common.num_threads=2", "none hubert pretrain common.num_threads=2")]
    [InlineData("tokenizer train", "none hubert tokenizer train common.num_threads=3")]
    public void Processes_of_mpirun_get_their_threads_as_their_command_takes_them(string command, string expected)
    {
        Program("mpirun", "echo \"${*//--allow-run-as-root/}\" | tr -s ' '");
        using var job = Mpirun($"hubert {command}", "THREADS=3");
        Assert.EndsWith(expected, job.WaitForEnd().Output.TrimEnd());
    }

    [Fact]
    public void Without_a_host_file_the_script_says_what_one_is()
    {
        using var job = HubertProcess.StartShell(["bash", "-c"], $"{Script("mpirun.sh")} nowhere hubert pretrain");
        var end = job.WaitForEnd();
        Assert.Equal(1, end.ExitCode);
        Assert.Contains("no host file 'nowhere'; it has a line 'NAME slots=PROCESSES' for each machine", end.Error);
    }

    public void Dispose() => _folder.Dispose();

    private HubertResult Slurm(string variables, string command) =>
        HubertProcess.RunShell(["bash", "-c"],
            $"unset HUBERT; PATH={_folder.At()}:$PATH {variables} sbatch {Script("slurm.sh")} {command}");

    private HubertProcess Mpirun(string command, string variables = "") => HubertProcess.StartShell(["bash", "-c"],
        $"{variables} PATH={_folder.At()}:$PATH exec {Script("mpirun.sh")} {_folder.Write("hosts", "node1 slots=2\n")} {command}");

    private void Program(string name, params string[] lines)
    {
        var path = _folder.Write(name, "#!/usr/bin/env bash\n" + string.Join('\n', lines) + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string Script(string name) => Path.Combine(Fixtures.RepositoryRoot(), "launch", name);
}
