namespace HubertSharp.Clustering.Distances;

/// <summary>
/// The inner loop of all clustering: inner products of a tile of frames with a panel of centroids, one frame per SIMD lane. The two
/// implementations differ in the width of the vectors only; the code around them is compiled once for each.
/// </summary>
internal unsafe interface IDistanceTile
{
    /// <summary>Frames of a tile.</summary>
    static abstract int Frames { get; }

    /// <summary>Centroids of a panel.</summary>
    static abstract int Centroids { get; }

    /// <summary>dots[c, f] = Σ_d frames[d, f]·centroids[d, c].</summary>
    static abstract void Dot(float* frames, float* centroids, int dimensions, float* dots);

    /// <summary>Lowers best[f] to norms[c] − 2·dots[c, f] where that is smaller, and notes first + c; the first of equals stays.</summary>
    static abstract void Nearest(float* dots, float* norms, int first, float* best, int* index);
}
