using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Distributed;

/// <summary>Who says how many processes there are, and what is said where they cannot be joined.</summary>
public class LaunchedWorldTests
{
    [Theory]
    [InlineData("RANK=1 WORLD_SIZE=4 LOCAL_RANK=1", "1 of 4, 1, the environment (RANK, WORLD_SIZE)")]
    [InlineData("OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_LOCAL_RANK=0",
        "2 of 3, 0, mpirun (OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE)")]
    [InlineData("PMI_RANK=0 PMI_SIZE=2", "0 of 2, 0, mpiexec (PMI_RANK, PMI_SIZE)")]
    [InlineData("SLURM_PROCID=5 SLURM_STEP_NUM_TASKS=8 SLURM_LOCALID=1", "5 of 8, 1, srun (SLURM_PROCID, SLURM_STEP_NUM_TASKS)")]
    [InlineData("RANK=0 WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4", "0 of 2, 0, the environment (RANK, WORLD_SIZE)")]
    public void A_launchers_variables_say_which_process_this_is(string variables, string expected)
    {
        var world = Of(variables);
        Assert.Equal(expected, $"{world?.Rank} of {world?.Count}, {world?.LocalRank}, {world?.Source}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1")]
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=4")] // the batch script of a job of four: srun starts those
    [InlineData("RANK=first WORLD_SIZE=2")]
    [InlineData("RANK=2 WORLD_SIZE=2")]
    public void Without_more_than_one_process_there_is_no_world(string variables) => Assert.Null(Of(variables));

    /// <summary>Each of them would train by itself, in the folder of all.</summary>
    [Theory]
    [InlineData("RANK=first WORLD_SIZE=2", "RANK=first, WORLD_SIZE=2")]
    [InlineData("RANK=2 WORLD_SIZE=2", "RANK=2, WORLD_SIZE=2")]
    [InlineData("RANK=0 WORLD_SIZE=two", "RANK=0, WORLD_SIZE=two")]
    [InlineData("RANK=1", "RANK=1, WORLD_SIZE=)")]
    [InlineData("WORLD_SIZE=4", "RANK=, WORLD_SIZE=4")]
    public void Half_of_what_a_launcher_says_is_a_fault(string variables, string found)
    {
        var message = Assert.Throws<UserException>(() => LaunchedWorld.Checked(Variables(variables))).Message;
        Assert.Contains($"found {found}", message);
        Assert.Contains("set both, or neither", message);
    }

    [Theory]
    [InlineData("RANK=0")]
    [InlineData("RANK=captain")]
    [InlineData("RANK=0 WORLD_SIZE=1")]
    [InlineData("WORLD_SIZE=1")]
    [InlineData("SLURM_PROCID=3")]
    public void Variables_of_one_process_are_none(string variables) => Assert.Null(LaunchedWorld.Checked(Variables(variables)));

    [Fact]
    public void A_library_that_is_missing_or_none_of_MPI_is_named_with_what_to_do()
    {
        var world = Of("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2")!;
        var missing = Assert.Throws<UserException>(() => MpiLibrary.Load(world, "libno-such-mpi.so")).Message;
        Assert.Contains("libno-such-mpi.so", missing);
        Assert.Contains("apt-get install openmpi-bin libopenmpi3", missing);
        var other = Assert.Throws<UserException>(() => MpiLibrary.Load(world, "libm.so.6")).Message;
        Assert.StartsWith("libm.so.6: not an MPI library", other, StringComparison.Ordinal);
        Assert.Contains(MpiLibrary.Variable, other);
    }

    [Fact]
    public void A_library_with_the_name_of_MPI_and_without_its_calls_is_told_so()
    {
        using var folder = new TemporaryFolder();
        var mathematics = File.ReadLines("/proc/self/maps").First(line => line.EndsWith("/libm.so.6", StringComparison.Ordinal));
        var name = folder.At("libmpi_abi.so.0");
        File.CreateSymbolicLink(name, mathematics[mathematics.IndexOf('/', StringComparison.Ordinal)..]);
        var fault = Assert.Throws<UserException>(() => MpiLibrary.Load(Of("PMI_RANK=0 PMI_SIZE=2")!, name));
        Assert.StartsWith($"{name}: not an MPI library", fault.Message, StringComparison.Ordinal);
        Assert.Contains("found no MPI_Init_thread", fault.Message);
    }

    /// <summary>Open MPI itself ends such a process with a page of advice, of which none is this program's.</summary>
    [Theory]
    [InlineData("SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=2 SLURM_JOB_ID=1", "Open MPI v4.1.4", true)] // --mpi=none
    [InlineData("PMI_RANK=0 PMI_SIZE=2 SLURM_JOB_ID=1", "Open MPI v4.1.4", true)] // --mpi=pmi2
    [InlineData("PMI_RANK=0 PMI_SIZE=2 SLURM_JOB_ID=1", "MPICH Version: 4.0.2", false)]
    [InlineData("SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=2 SLURM_JOB_ID=1 PMIX_NAMESPACE=slurm.pmix.1.0", "Open MPI v4.1.4", false)]
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 SLURM_JOB_ID=1", "Open MPI v4.1.4", false)] // mpirun in a job
    public void Processes_that_srun_started_without_PMIx_hear_how_it_is_asked_for(string variables, string library, bool isSaid)
    {
        var doubt = Of(variables)!.Doubt(library, Variables(variables));
        Assert.Equal(isSaid, doubt is not null);
        Assert.Equal(isSaid, doubt?.Contains("srun --mpi=pmix", StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData("Open MPI v4.1.4", "--mpi=pmix")]
    [InlineData("MPICH Version: 4.0.2", "--mpi=pmi2")] // with pmix each of its processes is alone
    public void A_library_that_sees_one_process_is_named_with_what_srun_joins_it_by(string library, string expected)
    {
        var world = Of("SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2")!;
        Assert.Contains($"(srun: {expected})", DistributedFaults.OtherWorld(world, 0, 1, library).Message);
    }

    private static LaunchedWorld? Of(string variables) => LaunchedWorld.Of(Variables(variables));

    private static Func<string, string?> Variables(string variables)
    {
        var known = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('='))
            .ToDictionary(v => v[0], v => v[1]);
        return name => known.GetValueOrDefault(name);
    }
}
