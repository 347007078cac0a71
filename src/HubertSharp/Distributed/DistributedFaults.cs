using HubertSharp.Distributed.Nccl;
using HubertSharp.Runs;

namespace HubertSharp.Distributed;

internal static class DistributedFaults
{
    private const string Get = "on Debian and Ubuntu 'apt-get install openmpi-bin libopenmpi3' brings both";

    public static UserException NoLibrary(LaunchedWorld world, IReadOnlyList<string> tried) =>
        UserException.Create($"{world.Count} processes were started, and there is no MPI library to join them", world.Source,
            "one of the libraries " + string.Join(", ", tried), "none",
            $"install the one that belongs to the launcher ({Get}), or name it in {MpiLibrary.Variable}");

    public static UserException UnknownLibrary(string name, string version) =>
        UserException.Create("not an MPI library that is known", name, "Open MPI, MPICH or the interface of MPI 5", version,
            $"name another library in {MpiLibrary.Variable}; {Get}");

    public static UserException OtherWorld(LaunchedWorld world, int rank, int count, string version)
    {
        var srun = version.StartsWith("MPICH", StringComparison.Ordinal) ? "srun: --mpi=pmi2" : "srun: --mpi=pmix";
        return UserException.Create("launcher and MPI library do not belong together", version,
            $"rank {world.Rank} of {world.Count} as {world.Source} says", $"rank {rank} of {count}",
            world.Launcher == LaunchedWorld.Kind.Torchrun
                ? "start the processes with mpirun or srun --mpi=pmix instead of torchrun: MPI joins those that its own launcher started"
                : $"start with the mpirun of that library ({srun}), or name the launcher's library in {MpiLibrary.Variable}");
    }

    public static UserException Failed(string call, int code) =>
        UserException.Create($"{call} failed", found: $"error {code}", next: "the same command goes on from the newest checkpoint");

    public static UserException NoNccl(int rank, string host, string found) =>
        UserException.Create("NCCL cannot be used", $"rank {rank} on {host}",
            "the library that " + NcclCalls.Variable + " names, in all ranks", found,
            $"install it on every machine, or leave out {NcclCalls.Variable}: gradients then travel through host memory");

    public static UserException NcclFailed(string call, string who, string found) =>
        UserException.Create($"{call} failed in {who}", found: found,
            next: "NCCL_DEBUG=WARN makes it say more; the same command goes on from the newest checkpoint");

    public static UserException NoLauncher(string program) =>
        UserException.Create("the launcher of several processes is missing", "--nproc", program, "none on the PATH", Get);

    public static UserException NoPlace(string rankName, string? rank, string countName, string? count) => UserException.Create(
        $"{rankName} and {countName} do not say which of several processes this is", "the environment",
        $"{rankName} below {countName}, both whole numbers", $"{rankName}={rank}, {countName}={count}",
        "set both, or neither for one process; mpirun and srun need none of them");

    public static UserException AlreadyMany(LaunchedWorld world) =>
        UserException.Create("this process is one of several already", "--nproc", "no launcher around it", world.Source,
            "leave out --nproc, or start without that launcher");

    public static UserException NoCalls(string path, string found) =>
        UserException.Create(
            "no calls of ranks", path, "a run folder that several processes trained in, or its files ranks/rank_*.calls", found);

    public static UserException OtherJob(string path, string other) =>
        UserException.Create("the report of another job", path, $"that of {other}", "another",
            "give the files of one job; a rank that never began keeps that of the job before");

    public static UserException TwiceTheRank(int rank, string path, string other) =>
        UserException.Create($"two reports of rank {rank}", path, "one", other, "give each file once");

    public static UserException OutOfStep(string first, int rank, string host, string other) =>
        UserException.Create("the processes are not at the same place of the training", $"rank {rank} on {host}", first, other,
            "a bug, please report it; the same command goes on from the newest checkpoint");

    public static UserException Differs(string what, string ranks, string expected, string found, string next) =>
        UserException.Create($"{what} is not that of the other processes", ranks, expected, found, next);

    public static UserException OtherFolder(string checkpoint) =>
        UserException.Create("this process sees another run folder than the first one", checkpoint, "the checkpoint that all go on from",
            "none", "give all of them a folder that they see under the same path");

    public static UserException OtherRunFolder(string ranks, string run, string first, string firstRun) => run == firstRun
        ? UserException.Create("the run folder is not shared between the machines", ranks, $"that of {first}, which writes it",
            $"another one under the same path, {run}", "give all of them a folder on a disk that all machines see under the same path")
        : UserException.Create("the run folder is not that of the other processes", ranks,
            $"{firstRun}, as {first} has it, which writes it", run, "give all of them a folder that all machines see under the same path, "
                + "beginning with /: a relative path begins where each of them was started");

    public static UserException OtherRank(int rank, string host, string message) =>
        UserException.Create($"rank {rank} on {host}: {message}");
}
