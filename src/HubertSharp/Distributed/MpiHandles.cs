using System.Runtime.InteropServices;

namespace HubertSharp.Distributed;

/// <summary>
/// What an MPI library calls its constants: Open MPI's are addresses of its own data, MPICH's and those of the standard's binary
/// interface (MPI 5) are numbers.
/// </summary>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Float">MPI_FLOAT.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="Int">MPI_INT.</param>
/// <param name="Sum">MPI_SUM.</param>
/// <param name="InPlace">MPI_IN_PLACE.</param>
/// <param name="Serialized">MPI_THREAD_SERIALIZED; what allows less is a smaller number.</param>
internal sealed record MpiHandles(nint World, nint Float, nint Byte, nint Int, nint Sum, nint InPlace, int Serialized)
{
    // mpi.h of MPICH, the same in Intel MPI and MVAPICH since their common binary interface of 2013
    private static readonly MpiHandles s_mpich = new(0x44000000, 0x4c00040a, 0x4c00010d, 0x4c000405, 0x58000003, -1, 2);

    // MPI 5.0, chapter "Application binary interface"
    private static readonly MpiHandles s_standard = new(0x101, 0x210, 0x247, 0x209, 0x21, 1, 2048);

    /// <summary>Those of a library that is loaded; null where it is none that is known.</summary>
    /// <param name="library">Its handle.</param>
    /// <param name="name">The file that was loaded.</param>
    /// <param name="version">What MPI_Get_library_version says.</param>
    public static MpiHandles? Of(nint library, string name, string version)
    {
        if (Path.GetFileName(name).StartsWith("libmpi_abi", StringComparison.Ordinal))
            return s_standard;
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out var world))
        {
            return new MpiHandles(world, Export("ompi_mpi_float"), Export("ompi_mpi_byte"), Export("ompi_mpi_int"),
                Export("ompi_mpi_op_sum"), 1, 2);
        }
        return ((string[])["MPICH", "Intel(R) MPI", "MVAPICH"]).Any(name => version.Contains(name, StringComparison.Ordinal))
            ? s_mpich
            : null;

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }
}
