using System.Numerics;
using HubertSharp.Audio.Spectra;

namespace HubertSharp.Tests.Audio.Spectra;

public class LaneTransformTests
{
    [Fact]
    public unsafe void Each_lane_has_the_power_spectrum_of_its_own_signal()
    {
        var random = new Random(1);
        var signals = Enumerable.Range(0, LaneTransform.Lanes)
            .Select(_ => Enumerable.Range(0, LaneTransform.Points).Select(_ => random.NextSingle() - 0.5f).ToArray()).ToArray();
        using var transform = new LaneTransform();
        for (var round = 0; round < 2; round++) // its buffers hold nothing of the round before
        {
            var input = (float*)transform.Input;
            for (var i = 0; i < LaneTransform.Points; i++)
            {
                for (var lane = 0; lane < LaneTransform.Lanes; lane++)
                    input[(((i % 2 * (LaneTransform.Points / 2)) + (i / 2)) * LaneTransform.Lanes) + lane] = signals[lane][i];
            }
            var found = (float*)transform.PowerSpectrum();
            for (var lane = 0; lane < LaneTransform.Lanes; lane++)
            {
                for (var bin = 0; bin < LaneTransform.Points / 2; bin++)
                    Assert.Equal(PowerOf(signals[lane], bin), found[(bin * LaneTransform.Lanes) + lane], 1e-3);
            }
        }
    }

    private static double PowerOf(float[] signal, int bin)
    {
        var sum = Complex.Zero;
        for (var i = 0; i < signal.Length; i++)
            sum += signal[i] * Complex.FromPolarCoordinates(1, -2 * Math.PI * bin * i / signal.Length);
        return (sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary);
    }
}
