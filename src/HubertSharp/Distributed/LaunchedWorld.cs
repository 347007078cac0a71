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
            if (Whole(variable(names.Rank)) is { } rank && Whole(variable(names.Count)) is { } count && count > 1 && rank < count)
                return new LaunchedWorld(rank, count, Whole(variable(names.LocalRank)) ?? rank, names.Kind);
        }
        return null;
    }

    private static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The place of a process that has taken it; null for all others, whatever their environment says.</summary>
    public static LaunchedWorld? Taken { get; private set; }

    /// <summary>Takes this process's place, if it has one: for verbs whose work several processes share.</summary>
    /// <exception cref="Runs.UserException">The environment speaks of several processes, but not of which this one is.</exception>
    public static LaunchedWorld? Take() => Taken ??= Checked(Environment.GetEnvironmentVariable);

    /// <summary>The same as <see cref="Of"/>, where each of several processes would otherwise do all of the work by itself.</summary>
    /// <exception cref="Runs.UserException">See <see cref="Take"/>.</exception>
    internal static LaunchedWorld? Checked(Func<string, string?> variable)
    {
        if (Of(variable) is { } world)
            return world;
        var (_, rankName, countName, _) = s_variables[0];
        var (rank, count) = (variable(rankName), variable(countName));
        var isHalf = Whole(count) is { } many ? many > 1 : rank is { Length: > 0 } && (count is { Length: > 0 } || Whole(rank) is > 0);
        return isHalf ? throw DistributedFaults.NoPlace(rankName, rank, countName, count) : null;
    }

    /// <summary>What to change if this library does not start; null where nothing speaks against it.</summary>
    /// <param name="library">Its name and number.</param>
    /// <param name="variable">Of the environment.</param>
    public string? Doubt(string library, Func<string, string?> variable) =>
        Launcher is Kind.Pmi or Kind.Slurm && variable("SLURM_JOB_ID") is { Length: > 0 } && variable("PMIX_NAMESPACE") is null
            && library.StartsWith("Open MPI", StringComparison.Ordinal)
            ? "srun started these processes without PMIx, which Open MPI is mostly built for; if it stops here, use srun --mpi=pmix"
            : null;

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
