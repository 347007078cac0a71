using System.Globalization;
using System.Runtime.Versioning;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Distributed;

/// <summary>The scripts of <c>launch/</c> with stand-ins for Slurm's programs, <c>mpirun</c> and <c>sshd</c>.</summary>
[Trait("Part", "e2e")]
[SupportedOSPlatform("linux")]
public sealed class LaunchScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LaunchScriptTests()
    {
        // srun says what it was given, and of processes what Slurm 22.05 says on its stderr; it ends with the largest code of all
        Program("srun", "echo \"cores ${DOTNET_PROCESSOR_COUNT:-all}: $*\"",
            "[ -z \"${SRUN_ERROR:-}\" ] || echo \"srun: error: $SRUN_ERROR\" >&2",
            "exit \"$SRUN_STATUS\"");
        Program("scontrol", $"echo \"$*\" >> {_folder.At("scontrol.log")}",
            "[ -z \"${SCONTROL_SAYS:-}\" ] || { echo \"$SCONTROL_SAYS\" >&2; exit 1; }");
        // sbatch obeys the lines of the script that are for it, as far as they matter here
        Program("sbatch",
            "grep -q '^#SBATCH --requeue$' \"$1\" && grep -q '^#SBATCH --signal=USR1@' \"$1\" || exit 9",
            "export SLURM_JOB_ID=42 SLURM_CPUS_PER_TASK=$(sed -n 's/^#SBATCH --cpus-per-task=//p' \"$1\")",
            "exec bash \"$@\"");
    }

    [Theory]
    [InlineData(0, "", "")] // done
    [InlineData(1, "", "")] // a fault of the user's
    [InlineData(130, "", "requeue 42")] // interrupted, the checkpoint is written
    [InlineData(75, "", "requeue 42")] // a rank was lost
    [InlineData(137, "SLURM_RESTART_COUNT=99", "requeue 42")]
    [InlineData(137, "SLURM_RESTART_COUNT=100", "")] // dies again and again
    [InlineData(130, "SLURM_RESTART_COUNT=100", "requeue 42")]
    [InlineData(130, "SLURM_ARRAY_JOB_ID=42 SLURM_ARRAY_TASK_ID=7", "requeue 42_7")] // not the whole array
    public void A_Slurm_job_goes_back_into_the_queue_when_the_same_command_goes_on(int status, string variables, string expected)
    {
        var end = Slurm($"SRUN_STATUS={status} {variables}", "pretrain --run runs/one");
        Assert.Equal(status, end.ExitCode);
        Assert.Equal(expected, Asked());
        Assert.Equal(status == 137 && expected.Length == 0, end.Error.Contains("100 times already", StringComparison.Ordinal));
    }

    /// <summary>A process ends because of its own fault, and the others because they lost it.</summary>
    [Theory]
    [InlineData(75, "node2: task 1: Exited with exit code 1", 1)] // a fault of the user's, which is there the next time, too
    [InlineData(143, "node2: tasks 1,3-4: Exited with exit code 130", 130)]
    [InlineData(137, "node2: task 1: Killed", 137)]
    [InlineData(1, "Unable to create step for job 42", 1)]
    public void A_Slurm_job_ended_as_the_process_did_that_ended_first(int status, string error, int expected)
    {
        var end = Slurm($"SRUN_STATUS={status} SRUN_ERROR='{error}'", "pretrain --run runs/one");
        Assert.Equal((expected, expected == 1 ? "" : "requeue 42"), (end.ExitCode, Asked()));
        Assert.Contains($"srun: error: {error}", end.Error);
    }

    [Fact]
    public void What_srun_waits_for_when_a_process_has_ended_is_ended_after_a_time()
    {
        Program("srun", "trap 'exit 137' TERM", "echo 'srun: error: node2: task 1: Exited with exit code 1' >&2",
            "while :; do sleep 0.02; done");
        Assert.Equal(1, Slurm("SILENCE=0.3", "pretrain --run runs/one").ExitCode);
    }

    [Fact]
    public void A_step_that_a_node_did_not_start_is_tried_once_more()
    {
        var steps = _folder.At("steps");
        Program("srun", $"echo step >> {steps}", "echo 'srun: error: task 1 launch failed: Unspecified error' >&2", "exit 137");
        Slurm("", "pretrain --run runs/one");
        Assert.Equal(2, File.ReadAllLines(steps).Length);
    }

    /// <summary>scancel, 'scontrol requeue' and a lost node end the script by SIGTERM; Slurm knows whether the job goes back.</summary>
    [Fact]
    public void A_Slurm_job_that_is_ended_says_how_it_ended_and_does_not_go_back_by_itself()
    {
        var told = _folder.At("told");
        Program("srun", "echo began", $"until [ -e {told} ]; do sleep 0.02; done", "echo 'its last words' >&2", "exit 130");
        using var job = SlurmJob("", "pretrain --run runs/one");
        Assert.True(job.WaitFor("began"));
        job.Terminate();
        File.WriteAllText(told, "");
        var end = job.WaitForEnd();
        Assert.Equal(130, end.ExitCode);
        Assert.Contains("its last words", end.Error);
        Assert.Empty(Asked());
    }

    [Theory]
    [InlineData("pretrain --run r", "all", "pretrain --run r common.num_threads=16")]
    [InlineData("pretrain common.num_threads=3", "all", "pretrain common.num_threads=3")]
    [InlineData("features mfcc --out f", "16", "features mfcc --out f")]
    public void A_Slurm_job_gets_its_threads_as_its_command_takes_them(string command, string cores, string expected) =>
        Assert.Equal($"cores {cores}: --cpus-per-task=16 --mpi=pmix --kill-on-bad-exit=0 hubert {expected}",
            Slurm("SRUN_STATUS=0 HUBERT=hubert", command).Output.TrimEnd());

    [Fact]
    public void Slurms_own_variable_says_how_srun_joins_the_processes() =>
        Assert.Contains("--mpi=pmi2", Slurm("SRUN_STATUS=0 SLURM_MPI_TYPE=pmi2", "pretrain --run r").Output);

    [Fact]
    public void A_task_of_an_array_has_its_number_in_the_command()
    {
        var end = Slurm("SRUN_STATUS=0 SLURM_ARRAY_JOB_ID=40 SLURM_ARRAY_TASK_ID=3", "pretrain --run 'runs/my seed%a' common.seed=%a");
        Assert.Contains("pretrain --run runs/my seed3 common.seed=3 ", end.Output);
    }

    [Theory]
    [InlineData("Requested operation is presently disabled for job 42", true)]
    [InlineData("Job is pending execution for job 42", false)] // Slurm was the first to see that a node is lost
    public void A_Slurm_job_that_may_not_go_back_says_what_to_do(string words, bool isSaid)
    {
        var end = Slurm($"SRUN_STATUS=130 SCONTROL_SAYS='{words}'", "pretrain --run runs/one");
        Assert.Equal(130, end.ExitCode);
        var advice = $"({words}); submit the same command, which goes on from the newest checkpoint";
        Assert.Equal(isSaid, end.Error.Contains(advice, StringComparison.Ordinal));
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

    /// <summary>The first process of a container takes all others with it.</summary>
    [Fact]
    public void A_worker_of_Kubernetes_ends_after_its_processes_have_saved()
    {
        // what runs the program is the file of this name
        File.Copy("/bin/bash", _folder.At("hubert"));
        var worker = _folder.Write("launch/worker.sh", File.ReadAllText(Script("worker.sh")));
        Program("sshd",
            $"{_folder.At("hubert")} -c \"trap 'sleep 0.1; echo saved; exit 130' USR1; echo trains; while :; do sleep 0.02; done\" &",
            "trap 'exit 0' TERM", "while :; do sleep 0.02; done");
        using var job = HubertProcess.StartShell(["bash", "-c"], $"PATH={_folder.At()}:$PATH exec bash {worker}");
        Assert.True(job.WaitFor("trains"));
        job.Terminate();
        var end = job.WaitForEnd();
        Assert.Equal((0, true), (end.ExitCode, end.Output.Contains("saved", StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What scontrol was asked for.</summary>
    private string Asked() => File.Exists(_folder.At("scontrol.log")) ? File.ReadAllText(_folder.At("scontrol.log")).TrimEnd() : "";

    private HubertResult Slurm(string variables, string command)
    {
        using var job = SlurmJob(variables, command);
        return job.WaitForEnd();
    }

    private HubertProcess SlurmJob(string variables, string command) => HubertProcess.StartShell(["bash", "-c"],
        $"unset HUBERT; PATH={_folder.At()}:$PATH {variables} exec sbatch {Script("slurm.sh")} {command}");

    private HubertProcess Mpirun(string command, string variables = "") => HubertProcess.StartShell(["bash", "-c"],
        $"{variables} PATH={_folder.At()}:$PATH exec {Script("mpirun.sh")} {_folder.Write("hosts", "node1 slots=2\n")} {command}");

    private void Program(string name, params string[] lines)
    {
        var path = _folder.Write(name, "#!/usr/bin/env bash\n" + string.Join('\n', lines) + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string Script(string name) => Path.Combine(Fixtures.RepositoryRoot(), "launch", name);
}
