using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HubertSharp.Tensors.Kernels.Recurrent;

/// <summary>Numbers of a panel of <see cref="PackedGates"/> that are added up by themselves while the next ones are on their way.</summary>
internal static unsafe class GateBlock
{
    public const int Numbers = 64;

    /// <summary>The words of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(int* words)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(words);
            Sse.Prefetch1(words + 16);
            Sse.Prefetch1(words + 32);
        }
    }
}
