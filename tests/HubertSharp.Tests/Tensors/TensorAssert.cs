using HubertSharp.Runs.Arrays;
using TorchSharp;

namespace HubertSharp.Tests.Tensors;

/// <summary>Comparisons of tensors with recorded ones.</summary>
internal static class TensorAssert
{
    public static float[] Values(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().to_type(torch.float32).contiguous().data<float>().ToArray();
    }

    public static void Near(SafetensorsTensor expected, torch.Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape.Aggregate(1L, (a, b) => a * b), actual.numel());
        Near(expected.ToSingles(), Values(actual), tolerance, expected.Name);
    }

    public static void Near(float[] expected, float[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i] != actual[i] && !(Math.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"{what}[{i}]: expected {expected[i]}, got {actual[i]}, tolerance {tolerance}");
        }
    }

    /// <summary>‖a − b‖ / ‖b‖.</summary>
    public static double RelativeDistance(float[] actual, float[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, norm = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)actual[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }
        return Math.Sqrt(difference / norm);
    }

    public static void NearRelative(double expected, double actual, double tolerance, string what)
    {
        if (!(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected)))
            Assert.Fail(
                $"{what}: expected {expected}, got {actual}, relative {Math.Abs(actual - expected) / Math.Abs(expected):g3}, "
                + $"tolerance {tolerance}");
    }
}
