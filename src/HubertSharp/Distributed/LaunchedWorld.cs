using System.Globalization;

namespace HubertSharp.Distributed;

/// <summary>What a launcher told this process of its place among others, in the variables of its environment.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Count">Processes of the job, two or more.</param>
/// <param name="LocalRank">Among those of the same machine.</param>
/// <param name="Launcher">Whose variables said so.</param>
internal sealed record LaunchedWorld(int Rank, int Count, int LocalRank, LaunchedWorld.Kind Launcher)
{
    /// <summary>Launchers, in the order in which they are asked.</summary>
    public enum Kind
    {
        Torchrun,
        OpenMpi,
        Pmi,
        Slurm,
    }

    private static readonly (Kind Kind, string Rank, string Count, string LocalRank)[] s_variables =
    [
        (Kind.Torchrun, "RANK", "WORLD_SIZE", "LOCAL_RANK"),
        (Kind.OpenMpi, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"),
        (Kind.Pmi, "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"),
        // of a step alone: the batch script itself is one process, however many tasks its job has
        (Kind.Slurm, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID"),
    ];

    /// <summary>This process's place; null where no launcher speaks of more than one process.</summary>
    public static LaunchedWorld? Of(Func<string, string?> variable)
    {
        foreach (var names in s_variables)
        {
            if (Number(names.Rank) is { } rank && Number(names.Count) is { } count && count > 1 && rank < count)
                return new LaunchedWorld(rank, count, Number(names.LocalRank) ?? rank, names.Kind);
        }
        return null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The place of a process that has taken it; null for all others, whatever their environment says.</summary>
    public static LaunchedWorld? Taken { get; private set; }

    /// <summary>Takes this process's place, if it has one: for verbs whose work several processes share.</summary>
    public static LaunchedWorld? Take() => Taken ??= Of(Environment.GetEnvironmentVariable);

    /// <summary>Whose variables said so, in words.</summary>
    public string Source
    {
        get
        {
            var names = s_variables.First(v => v.Kind == Launcher);
            var launcher = Launcher switch
            {
                Kind.Torchrun => "the environment",
                Kind.OpenMpi => "mpirun",
                Kind.Pmi => "mpiexec",
                _ => "srun",
            };
            return $"{launcher} ({names.Rank}, {names.Count})";
        }
    }
}
