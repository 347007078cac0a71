using HubertSharp.Runs.Alphabets;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Ctc;

// B rows, T frames, V classes.

/// <summary>The best class of every frame, repetitions and blanks taken out.</summary>
internal static class GreedyPath
{
    /// <param name="logits">[B, T, V] float32.</param>
    /// <param name="frames">[B] frames of each row that hold audio.</param>
    /// <param name="blank">Class of the blank.</param>
    public static unsafe int[][] Of(Tensor logits, int[] frames, int blank)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (most, classes) = ((int)logits.shape[1], (int)logits.shape[2]);
        var host = logits.detach().cpu().contiguous();
        var x = TensorPointer.Singles(host);
        var paths = new int[frames.Length][];
        for (var row = 0; row < frames.Length; row++)
        {
            var best = new int[frames[row]];
            for (var t = 0; t < best.Length; t++)
                best[t] = GreedyRuns.Best(new ReadOnlySpan<float>(x + ((((long)row * most) + t) * classes), classes));
            paths[row] = Collapsed(best, blank);
        }
        GC.KeepAlive(host);
        return paths;
    }

    /// <summary>The best classes of frames that follow one another, repetitions and blanks taken out.</summary>
    /// <param name="best">Of each frame.</param>
    /// <param name="blank">Class of the blank.</param>
    public static int[] Collapsed(ReadOnlySpan<int> best, int blank)
    {
        var (path, before) = (new List<int>(), blank);
        foreach (var next in best)
        {
            if (next != before && next != blank)
                path.Add(next);
            before = next;
        }
        return [.. path];
    }
}
