using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Clustering;

/// <summary>
/// The centroids of a flat faiss index as <c>faiss.write_index</c> saves it: a code of four letters, the index's description, the number
/// of values, and the vectors one after the other in float32. Other kinds (inverted lists, quantised vectors, graphs) are named.
/// </summary>
/// <remarks>Memory: at most 8 bytes per byte of the file, and 1 MiB.</remarks>
internal static class FaissIndex
{
    /// <summary>Flat indexes: of L2, of the inner product, of any other measure.</summary>
    private const string Euclidean = "IxF2", InnerProduct = "IxFI", OtherMeasure = "IxFl";

    /// <summary>Code (4), dimensions (4), vectors (8), twice 2^20 (8 each), trained (1), measure (4), number of values (8).</summary>
    private const int HeaderBytes = 45;

    private const int MostOf = 1 << 20;

    /// <summary>How far lengths of vectors may lie apart for the largest product to be the nearest vector.</summary>
    private const double SameLength = 1e-3;

    /// <summary>Whether a file begins with the code of an index; protocol 0 of pickle has no letters there.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && start[0] == 'I' && char.IsAsciiLetter((char)start[1]) && !start[2..4].ContainsAnyExcept(s_codeLetters);

    private static readonly System.Buffers.SearchValues<byte> s_codeLetters =
        System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <exception cref="UserException">Damaged, or not flat.</exception>
    public static KMeansModel Read(string path)
    {
        using var file = RegularFile.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        var code = Encoding.ASCII.GetString(header[..4]);
        if (code is not (Euclidean or InnerProduct))
            throw ClusteringFaults.OtherFaissIndex(path, code == OtherMeasure ? $"{code} (of another distance)" : code);
        if (read < HeaderBytes)
            throw ClusteringFaults.DamagedFaissIndex(path, $"at least {HeaderBytes} bytes", $"{read}");
        var (dimensions, vectors) = (BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[8..]));
        if (dimensions is < 1 or > MostOf || vectors is < 1 or > MostOf)
            throw ClusteringFaults.DamagedFaissIndex(path, $"1 to {MostOf} centroids of 1 to {MostOf} dimensions",
                $"{vectors} of {dimensions}");
        var values = BinaryPrimitives.ReadInt64LittleEndian(header[37..]);
        if (values != dimensions * vectors
            || file.Length != HeaderBytes + (values * sizeof(float))
            || values > Array.MaxLength / sizeof(float))
            throw ClusteringFaults.DamagedFaissIndex(path, $"{HeaderBytes + (dimensions * vectors * sizeof(float))} bytes for "
                + $"{vectors} centroids of {dimensions} dimensions", $"{file.Length} bytes for {values} numbers");
        var centroids = new float[values];
        file.ReadExactly(MemoryMarshal.AsBytes(centroids.AsSpan()));
        if (code == InnerProduct
            && LengthsOf(centroids, dimensions) is var (shortest, longest)
            && longest - shortest > SameLength * longest)
            throw ClusteringFaults.FaissInnerProduct(path, shortest, longest);
        return new KMeansModel(centroids, dimensions);
    }

    private static (double Shortest, double Longest) LengthsOf(float[] centroids, int dimensions)
    {
        var (shortest, longest) = (double.PositiveInfinity, 0.0);
        for (var start = 0; start < centroids.Length; start += dimensions)
        {
            var square = 0.0;
            foreach (var value in centroids.AsSpan(start, dimensions))
                square += (double)value * value;
            (shortest, longest) = (Math.Min(shortest, Math.Sqrt(square)), Math.Max(longest, Math.Sqrt(square)));
        }
        return (shortest, longest);
    }
}
