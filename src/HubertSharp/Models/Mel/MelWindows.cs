using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using HubertSharp.Audio.Spectra;
using HubertSharp.Tensors.Kernels;

namespace HubertSharp.Models.Mel;

// B rows, S samples, M windows of 25 ms every 10 ms, F energies.

/// <summary>
/// Normalised log-mel energies on the host, on torch's own threads: a hundredth of what the encoder costs. Energies below 1 on the scale
/// of 16-bit samples, less than the rounding of such samples leaves, count as 1: digital silence is no outlier.
/// </summary>
/// <param name="bins">F.</param>
internal sealed unsafe class MelWindows(int bins) : IDisposable
{
    private const int WindowsPerPart = 256;

    private readonly ConcurrentBag<LogMelTransform> _idle = [];

    /// <summary>Where the energies of a batch go: [B, <paramref name="Rows"/>, F], zeros before <paramref name="First"/>.</summary>
    /// <param name="Rows">Rows of F numbers per row of the batch.</param>
    /// <param name="First">The row of the first window.</param>
    /// <param name="Most">Windows that there is room for.</param>
    public readonly record struct Layout(int Rows, int First, int Most);

    /// <summary>Computes the windows that lie within each row's audio; the others stay zero, the mean of all energies.</summary>
    /// <param name="source">[B, S].</param>
    /// <param name="lengthsSamples">[B].</param>
    /// <param name="layout">Where they go.</param>
    /// <param name="mean">[F].</param>
    /// <param name="deviation">[F], above 0.</param>
    /// <param name="target">[B, rows, F], zeroed.</param>
    /// <param name="filters">[B] of F triangles; null for the usual ones.</param>
    public void Compute(float[] source, IReadOnlyList<long> lengthsSamples, Layout layout, float[] mean, float[] deviation, float* target,
        MelFilterBank[]? filters = null)
    {
        var samplesPerRow = source.Length / lengthsSamples.Count;
        var scale = Array.ConvertAll(deviation, d => 1 / d);
        var parts = new List<(int Row, int First, int Count, int Last)>();
        for (var row = 0; row < lengthsSamples.Count; row++)
        {
            var windows = (int)Math.Min(layout.Most, LogMelTransform.FramesOf(lengthsSamples[row]));
            for (var first = 0; first < windows; first += WindowsPerPart)
                parts.Add((row, first, Math.Min(WindowsPerPart, windows - first), windows - 1));
        }
        fixed (float* samples = source)
        {
            var (from, to) = ((nint)samples, (nint)target);
            CpuTeam.Run(parts.Count, index =>
            {
                var (row, first, count, last) = parts[index];
                if (!_idle.TryTake(out var transform))
                    transform = new LogMelTransform(bins, MelTables.SampleScale);
                var place = (float*)to + (((long)row * layout.Rows) + layout.First + first) * bins;
                for (var done = 0; done < count; done += LogMelTransform.Lanes)
                {
                    var energies = transform.Energies((float*)from + ((long)row * samplesPerRow), first + done, last, filters?[row]);
                    Store(energies, mean, scale, place + ((long)done * bins), Math.Min(LogMelTransform.Lanes, count - done));
                }
                _idle.Add(transform);
            });
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var transform))
            transform.Dispose();
    }

    /// <summary>Writes vector b's lane l to row l, column b.</summary>
    private static void Store(Vector256<float>* energies, float[] mean, float[] scale, float* rows, int count)
    {
        for (var bin = 0; bin < mean.Length; bin++)
        {
            var value = (Vector256.Max(energies[bin], Vector256<float>.Zero) - Vector256.Create(mean[bin])) * Vector256.Create(scale[bin]);
            for (var lane = 0; lane < count; lane++)
                rows[(lane * mean.Length) + bin] = value.GetElement(lane);
        }
    }
}
