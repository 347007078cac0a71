namespace HubertSharp.Decoding;

/// <summary>Finds the best of many without sorting the rest.</summary>
internal static class BestFirst
{
    /// <summary>Brings the indices of the <paramref name="count"/> largest scores to the front, in no order.</summary>
    public static void Select(Span<int> indices, ReadOnlySpan<double> scores, int count)
    {
        var (low, high) = (0, indices.Length - 1);
        while (low < high && count > low && count <= high)
        {
            var pivot = scores[indices[(low + high) >>> 1]];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (scores[indices[i]] > pivot)
                    i++;
                while (scores[indices[j]] < pivot)
                    j--;
                if (i <= j)
                {
                    (indices[i], indices[j]) = (indices[j], indices[i]);
                    i++;
                    j--;
                }
            }
            if (count - 1 <= j)
                high = j;
            else if (count - 1 >= i)
                low = i;
            else
                return;
        }
    }
}
