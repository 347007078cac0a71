using HubertSharp.Evaluation;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;

namespace HubertSharp.Probing;

// L hidden states, T frames, D dimensions

/// <summary>
/// The features of utterances as a head takes them. As many as fit into memory are kept; the others are computed whenever they are asked
/// for, with the same numbers. Thread-safe.
/// </summary>
internal sealed class ProbeFeatures
{
    private const double Epsilon = 1e-5; // torch's layer norm

    private readonly IHiddenStates _states;
    private readonly ProbingData _data;
    private readonly bool _normalize, _pooled;
    private readonly float[]?[] _kept;
    private long _room;

    /// <param name="states">Computes them.</param>
    /// <param name="data">The utterances.</param>
    /// <param name="options">Normalisation, task and memory.</param>
    public ProbeFeatures(IHiddenStates states, ProbingData data, ProbingOptions options)
    {
        (_states, _data, _normalize, _pooled) = (states, data, options.Normalize, options.Pools);
        _kept = new float[data.Utterances.Count][];
        _room = options.CacheBytes ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
    }

    /// <summary>Frames of one utterance: one where the task is about the whole of it.</summary>
    public int Frames(int utterance) => _pooled ? 1 : _states.Frames(_data.Utterances[utterance].Samples);

    /// <summary>[L, T, D] of one utterance.</summary>
    /// <exception cref="UserException">Missing or damaged audio, or features that are not finite.</exception>
    public float[] Of(int utterance, CancellationToken cancellation = default)
    {
        if (_kept[utterance] is { } kept)
            return kept;
        var samples = _data.Read(utterance, cancellation);
        using var single = TorchRuntime.SingleThreaded(); // the same sums whether kept or not
        var features = Prepared(_states.Compute(samples), _states.Dimensions, _normalize, _pooled);
        return FiniteNumbers.IndexOfOther(features) < 0 ? features : throw EvaluationFaults.NotFinite(_states.Name);
    }

    /// <summary>Computes utterances and keeps what fits.</summary>
    /// <returns>How many were kept.</returns>
    public int Keep(IReadOnlyList<int> utterances, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        int[] fitting = [.. utterances.TakeWhile(u => (_room -= Bytes(u)) >= 0)];
        if (fitting.Length > 0)
            new UtteranceWork(0, fitting.Length, progress).Run(threads: 0, TorchRuntime.SingleThreaded,
                (_, i) => _kept[fitting[i]] = Of(fitting[i], cancellation), cancellation);
        return fitting.Length;
    }

    private long Bytes(int utterance) => (long)sizeof(float) * _states.Layers.Count * Frames(utterance) * _states.Dimensions;

    /// <summary>
    /// Joins hidden states: each of them normalised where asked for (s3prl's <c>normalize</c>, layer norm without weights), and its mean
    /// taken where a head pools. A mean of frames may come first because all that the head does before its own is linear.
    /// </summary>
    /// <param name="states">[T, D] each.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="normalize">Normalise.</param>
    /// <param name="pooled">Take the mean: T becomes 1.</param>
    public static float[] Prepared(IReadOnlyList<float[]> states, int dimensions, bool normalize, bool pooled)
    {
        var size = pooled ? dimensions : states[0].Length;
        var joined = new float[states.Count * size];
        for (var l = 0; l < states.Count; l++)
        {
            var state = normalize ? Normalised(states[l], dimensions) : states[l];
            var place = joined.AsSpan(l * size, size);
            if (pooled)
                Mean(state, place);
            else
                state.CopyTo(place);
        }
        return joined;
    }

    private static void Mean(float[] state, Span<float> mean)
    {
        var sums = new double[mean.Length];
        for (var i = 0; i < state.Length; i++)
            sums[i % sums.Length] += state[i];
        for (var d = 0; d < sums.Length; d++)
            mean[d] = (float)(sums[d] * sums.Length / state.Length);
    }

    private static float[] Normalised(float[] state, int dimensions)
    {
        var normalised = new float[state.Length];
        for (var start = 0; start < state.Length; start += dimensions)
        {
            double sum = 0, squares = 0;
            for (var d = 0; d < dimensions; d++)
                sum += state[start + d];
            var mean = sum / dimensions;
            for (var d = 0; d < dimensions; d++)
                squares += (state[start + d] - mean) * (state[start + d] - mean);
            var scale = 1 / Math.Sqrt((squares / dimensions) + Epsilon);
            for (var d = 0; d < dimensions; d++)
                normalised[start + d] = (float)((state[start + d] - mean) * scale);
        }
        return normalised;
    }
}
