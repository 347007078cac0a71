using System.Diagnostics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>
/// Where the time of a step goes: each mark ends a part. Backward parts end when the gradient of their input is ready. For
/// benchmarks; a step without one costs nothing. Not thread-safe.
/// </summary>
internal sealed class StepProfile
{
    private readonly Dictionary<string, double> _milliseconds = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Parts in the order in which they first ended, with their milliseconds added up.</summary>
    public IReadOnlyList<(string Part, double Milliseconds)> Parts => [.. _order.Select(part => (part, _milliseconds[part]))];

    /// <summary>The next part begins now.</summary>
    public void Begin() => _last = Stopwatch.GetTimestamp();

    /// <summary>A part has ended, and the next begins.</summary>
    public void End(string part)
    {
        if (!_milliseconds.TryGetValue(part, out var sum))
            _order.Add(part);
        _milliseconds[part] = sum + Stopwatch.GetElapsedTime(_last).TotalMilliseconds;
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends a forward part here, and a backward part when the gradient of this tensor is complete.</summary>
    internal Tensor Boundary(Tensor x, string forwardPart, string backwardPart)
    {
        End(forwardPart);
        return GradientMark.Apply(x, () => End(backwardPart));
    }
}
