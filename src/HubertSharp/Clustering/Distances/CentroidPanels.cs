namespace HubertSharp.Clustering.Distances;

/// <summary>
/// Vectors laid out for <see cref="IDistanceTile"/>: panels of a few of them, one dimension after the other, and their squared norms.
/// </summary>
/// <remarks>
/// All vectors are taken relative to a shift near the middle of the data: the squared distance is then a difference of small numbers, and
/// float32 stays exact enough for features with a large mean.
/// </remarks>
internal sealed unsafe class CentroidPanels : IDisposable
{
    private readonly NativeArray<float> _panels;
    private readonly NativeArray<float> _norms;

    public CentroidPanels(int count, int dimensions, int width)
    {
        (Count, Dimensions, Width) = (count, dimensions, width);
        Panels = (count + width - 1) / width;
        _panels = new NativeArray<float>((long)Panels * width * dimensions);
        _norms = new NativeArray<float>((long)Panels * width);
    }

    public int Count { get; }

    public int Dimensions { get; }

    /// <summary>Vectors of a panel.</summary>
    public int Width { get; }

    public int Panels { get; }

    /// <summary>Squared norm of each vector; infinite for those that only fill the last panel.</summary>
    public float* Norms => _norms.Start;

    /// <summary>[dimensions, width].</summary>
    public float* Panel(int panel) => _panels.Start + ((long)panel * Width * Dimensions);

    /// <summary>Takes vector <paramref name="index"/>, minus the shift.</summary>
    public void Set(int index, float* vector, float* shift)
    {
        var target = Panel(index / Width) + (index % Width);
        var norm = 0.0;
        for (var d = 0; d < Dimensions; d++)
        {
            var value = vector[d] - shift[d];
            target[d * Width] = value;
            norm += (double)value * value;
        }
        Norms[index] = (float)norm;
    }

    /// <summary>Takes all vectors, [count, dimensions], minus the shift.</summary>
    public void SetAll(ReadOnlySpan<float> vectors, float* shift)
    {
        fixed (float* start = vectors)
        {
            for (var i = 0; i < Count; i++)
                Set(i, start + ((long)i * Dimensions), shift);
        }
        ClearRest();
    }

    /// <summary>Makes the places that only fill the last panel the nearest of nothing.</summary>
    public void ClearRest()
    {
        for (var i = Count; i < Panels * Width; i++)
        {
            for (var d = 0; d < Dimensions; d++)
                Panel(i / Width)[(d * Width) + (i % Width)] = 0;
            Norms[i] = float.PositiveInfinity;
        }
    }

    public void Dispose()
    {
        _panels.Dispose();
        _norms.Dispose();
    }
}
