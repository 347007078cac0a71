using System.Buffers;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>Memory of a part of a layer's work, which one thread needs for a moment.</summary>
internal static unsafe class FrameScratch
{
    private const int PartNumbers = 1 << 16;

    /// <summary>
    /// Outputs that are computed together: enough to be worth a way through the weights, few enough to stay in the caches.
    /// </summary>
    /// <param name="numbers">That an output needs.</param>
    /// <param name="tile">A multiple of these.</param>
    public static int Rows(long numbers, int tile) => (int)Math.Clamp(PartNumbers / numbers / tile, 12, 64) * tile;

    /// <param name="numbers">How many.</param>
    /// <param name="body">Gets them, with anything in them.</param>
    public static void Use(long numbers, Action<nint> body)
    {
        var rented = ArrayPool<float>.Shared.Rent(checked((int)numbers));
        fixed (float* place = rented)
            body((nint)place);
        ArrayPool<float>.Shared.Return(rented);
    }
}
