namespace HubertSharp.Distributed.Sums;

/// <summary>
/// How a flat tensor is divided: into pieces that travel together, and a piece into a slice for each rank. MPI counts in 32-bit numbers;
/// they count within a piece here, and pieces are small enough, so that a tensor may have any size.
/// </summary>
internal static class Slices
{
    /// <summary>Numbers of a piece at most: as 16 bits, with a slice for each rank rounded up, their bytes are a 32-bit number.</summary>
    public const int MostOfPiece = 1 << 29;

    /// <summary>Numbers that travel together.</summary>
    /// <param name="bucketMib">Of float32.</param>
    public static int Piece(int bucketMib) => (int)Math.Min(MostOfPiece, (long)bucketMib << 18);

    /// <summary>The pieces of a tensor.</summary>
    public static IEnumerable<(long From, int Length)> Pieces(long length, int piece)
    {
        for (var from = 0L; from < length; from += piece)
            yield return (from, (int)Math.Min(piece, length - from));
    }

    /// <summary>The ranks' parts of a piece, which differ by one at most.</summary>
    public static int[] Of(int length, int ranks) =>
        [.. Enumerable.Range(0, ranks).Select(rank => (int)(((long)length * (rank + 1) / ranks) - ((long)length * rank / ranks)))];

    /// <summary>Where parts begin that lie one after the other.</summary>
    /// <exception cref="OverflowException">Together they are more than a 32-bit number counts.</exception>
    public static int[] Places(int[] counts)
    {
        var places = new int[counts.Length];
        for (var i = 1; i < places.Length; i++)
            places[i] = checked(places[i - 1] + counts[i - 1]);
        return places;
    }
}
