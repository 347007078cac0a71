using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>Backward passes of an update, and how long those of this thread took so far.</summary>
internal static class BackwardPass
{
    [ThreadStatic]
    private static TimeSpan s_taken;

    /// <summary>On a GPU what it took to hand the work over.</summary>
    public static TimeSpan Taken => s_taken;

    /// <summary>Gradients of a loss, times what losses are multiplied with.</summary>
    public static void Of(Tensor loss, double lossScale)
    {
        var start = Stopwatch.GetTimestamp();
        using var scale = lossScale.ToScalar();
        (lossScale == 1 ? loss : loss * scale).backward();
        s_taken += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The same from the gradient of an output on.</summary>
    public static void Of(Tensor output, Tensor gradient, double lossScale)
    {
        var start = Stopwatch.GetTimestamp();
        using var scale = lossScale.ToScalar();
        output.backward([lossScale == 1 ? gradient : gradient * scale]);
        s_taken += Stopwatch.GetElapsedTime(start);
    }
}
