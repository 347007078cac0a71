namespace HubertSharp.Models.Convolutions;

// T frames, C channels, K taps.

/// <summary>What the first block knows of one row: moments of the samples under the taps, and the norm that follows from them.</summary>
internal sealed class FirstBlockStatistics
{
    private readonly int _frames;
    private readonly int _channels;
    private readonly float[] _weights; // [C, K]
    private readonly float[] _gamma;
    private readonly double[] _sums; // [K]: Σ_t x[t, k]
    private readonly double[] _products; // [K, K]: Σ_t x[t, k] · x[t, l]
    private readonly double[] _mean; // [C]
    private readonly double[] _inverseDeviation; // [C]

    private FirstBlockStatistics(int frames, int kernel, float[] weights, float[] gamma, double[] sums, double[] products)
    {
        (_frames, Kernel, _channels) = (frames, kernel, gamma.Length);
        (_weights, _gamma, _sums, _products) = (weights, gamma, sums, products);
        _mean = new double[_channels];
        _inverseDeviation = new double[_channels];
        FoldedWeights = new float[kernel * _channels];
        FoldedShift = new float[_channels];
    }

    public int Kernel { get; }

    /// <summary>[K, C]: weight · γ / σ.</summary>
    public float[] FoldedWeights { get; }

    /// <summary>[C]: β − mean · γ / σ.</summary>
    public float[] FoldedShift { get; }

    /// <param name="x">Samples of the row.</param>
    /// <param name="frames">T.</param>
    /// <param name="kernel">K.</param>
    /// <param name="stride">Samples between frames.</param>
    /// <param name="weights">[C, K].</param>
    /// <param name="gamma">[C] scale of the norm.</param>
    /// <param name="beta">[C] shift of the norm.</param>
    /// <param name="epsilon">Of the norm.</param>
    public static unsafe FirstBlockStatistics Of(
        float* x, int frames, int kernel, int stride, float[] weights, float[] gamma, float[] beta, double epsilon)
    {
        var sums = new double[kernel];
        var products = new double[kernel * kernel];
        for (var k = 0; k < kernel; k++)
        {
            for (var t = 0; t < frames; t++)
                sums[k] += x[(long)t * stride + k];
            for (var l = k; l < kernel; l++)
            {
                double first = 0, second = 0;
                var t = 0;
                for (; t + 1 < frames; t += 2)
                {
                    first += (double)x[(long)t * stride + k] * x[(long)t * stride + l];
                    second += (double)x[(long)(t + 1) * stride + k] * x[(long)(t + 1) * stride + l];
                }
                if (t < frames)
                    first += (double)x[(long)t * stride + k] * x[(long)t * stride + l];
                products[k * kernel + l] = products[l * kernel + k] = first + second;
            }
        }
        var statistics = new FirstBlockStatistics(frames, kernel, weights, gamma, sums, products);
        statistics.Fold(beta, epsilon);
        return statistics;
    }

    /// <summary>Adds this row's parameter gradients, given the sums of <see cref="Tensors.Kernels.FirstBlockKernel.Backward"/>.</summary>
    /// <param name="parts">Each [K + 1, C]: Σ_t δ · x[t, k], then Σ_t δ, over a part of the frames.</param>
    /// <param name="weightGradient">[C, K].</param>
    /// <param name="gammaGradient">[C].</param>
    /// <param name="betaGradient">[C].</param>
    public void AddGradients(ReadOnlySpan<float[]> parts, float[] weightGradient, float[] gammaGradient, float[] betaGradient)
    {
        var total = new double[(Kernel + 1) * _channels];
        foreach (var part in parts)
        {
            for (var i = 0; i < total.Length; i++)
                total[i] += part[i];
        }
        for (var c = 0; c < _channels; c++)
        {
            var (mean, inverse) = (_mean[c], _inverseDeviation[c]);
            var shift = total[Kernel * _channels + c]; // Σ δ
            var against = -mean * shift; // Σ δ · (y − mean)
            for (var k = 0; k < Kernel; k++)
                against += _weights[c * Kernel + k] * total[k * _channels + c];
            var scale = against * inverse; // Σ δ · ŷ
            gammaGradient[c] += (float)scale;
            betaGradient[c] += (float)shift;
            for (var k = 0; k < Kernel; k++)
            {
                var normalised = -mean * _sums[k]; // Σ ŷ · x[t, k] · σ
                for (var l = 0; l < Kernel; l++)
                    normalised += _weights[c * Kernel + l] * _products[l * Kernel + k];
                weightGradient[c * Kernel + k] += (float)(_gamma[c] * inverse
                    * (total[k * _channels + c] - shift / _frames * _sums[k] - scale / _frames * normalised * inverse));
            }
        }
    }

    private void Fold(float[] beta, double epsilon)
    {
        for (var c = 0; c < _channels; c++)
        {
            double mean = 0, square = 0;
            for (var k = 0; k < Kernel; k++)
            {
                mean += _weights[c * Kernel + k] * _sums[k];
                for (var l = 0; l < Kernel; l++)
                    square += (double)_weights[c * Kernel + k] * _weights[c * Kernel + l] * _products[k * Kernel + l];
            }
            mean /= _frames;
            var variance = Math.Max(0, square / _frames - mean * mean);
            _mean[c] = mean;
            _inverseDeviation[c] = 1 / Math.Sqrt(variance + epsilon);
            var scale = _gamma[c] * _inverseDeviation[c];
            FoldedShift[c] = (float)(beta[c] - mean * scale);
            for (var k = 0; k < Kernel; k++)
                FoldedWeights[k * _channels + c] = (float)(_weights[c * Kernel + k] * scale);
        }
    }
}
