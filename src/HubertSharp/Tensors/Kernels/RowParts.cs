using System.Buffers;

namespace HubertSharp.Tensors.Kernels;

/// <summary>Work on rows, shared out in parts of a fixed size, so that results do not depend on the number of threads.</summary>
internal static class RowParts
{
    /// <summary>Calls <paramref name="body"/> with the first row and the number of rows of each part.</summary>
    public static void Run(long rows, int rowsPerPart, Action<long, int> body) => Run(rows, rowsPerPart, backwards: false, body);

    /// <summary>The same, from the last part to the first if <paramref name="backwards"/>.</summary>
    public static void Run(long rows, int rowsPerPart, bool backwards, Action<long, int> body)
    {
        var parts = Count(rows, rowsPerPart);
        CpuTeam.Run(parts, turn =>
        {
            var first = (long)(backwards ? parts - 1 - turn : turn) * rowsPerPart;
            body(first, (int)Math.Min(rowsPerPart, rows - first));
        });
    }

    /// <summary>
    /// The same for bodies that also add up columns: each part has sums of its own, which are then added to
    /// <paramref name="totals"/> in the parts' order.
    /// </summary>
    /// <param name="rows">Rows.</param>
    /// <param name="rowsPerPart">Rows of a part.</param>
    /// <param name="totals">Float32 pointers with their lengths, one for each kind of sum; null ones are passed over.</param>
    /// <param name="body">Gets the part's first row, its number of rows, and its zeroed sums, all kinds one after the other.</param>
    public static unsafe void Sum(long rows, int rowsPerPart, (nint Total, int Length)[] totals, Action<long, int, nint> body)
    {
        var width = totals.Sum(total => total.Length);
        var parts = Count(rows, rowsPerPart);
        var sums = ArrayPool<float>.Shared.Rent(checked(parts * width)); // a new array of this size would call for a full collection
        fixed (float* all = sums)
        {
            var place = (nint)all;
            CpuTeam.Run(parts, part =>
            {
                var own = (float*)place + (long)part * width;
                new Span<float>(own, width).Clear();
                body((long)part * rowsPerPart, (int)Math.Min(rowsPerPart, rows - (long)part * rowsPerPart), (nint)own);
            });
            var offset = 0;
            foreach (var (total, length) in totals)
            {
                for (var part = 0; total != 0 && part < parts; part++)
                {
                    var own = all + (long)part * width + offset;
                    for (var i = 0; i < length; i++)
                        ((float*)total)[i] += own[i];
                }
                offset += length;
            }
        }
        ArrayPool<float>.Shared.Return(sums);
    }

    private static int Count(long rows, int rowsPerPart) => checked((int)((rows + rowsPerPart - 1) / rowsPerPart));
}
