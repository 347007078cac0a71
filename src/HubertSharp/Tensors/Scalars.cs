using System.Collections.Concurrent;
using TorchSharp;

namespace HubertSharp.Tensors;

/// <summary>
/// Numbers that are operands of tensor operations. TorchSharp turns a C# number into an object that owns a native scalar, and lets
/// go of it before the native call has read it: a garbage collection on another thread (a loader's, say) then frees the scalar, and
/// the operation reads rubbish or throws. <c>tensor + tensor</c> and <c>add_</c> do it too, with their factor of 1: <c>add(other,
/// Scalars.One)</c> does not. <c>BannedSymbols.txt</c> lets no such call through the compiler. What stays reachable cannot be freed, so
/// constants and settings come from here; a number that changes with every call is held by <c>using var factor = value.ToScalar()</c>.
/// </summary>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();

    public static Scalar Zero { get; } = Of(0);

    public static Scalar One { get; } = Of(1);

    public static Scalar NegativeInfinity { get; } = Of(double.NegativeInfinity);

    /// <summary>The number, kept for the life of the process.</summary>
    public static Scalar Of(double value) => Kept.GetOrAdd(value, v => v.ToScalar());
}
