using System.Text.Json;

namespace HubertSharp.Tests.Cli;

[Trait("Part", "e2e")]
public class RecomputationMemoryTests
{
    [Fact]
    public void Recomputed_layers_take_a_fraction_of_the_memory()
    {
        // 12 layers that keep some 13 MiB each, and hardly a front end beside them
        var (plain, recomputed) = (PeakMiB("false"), PeakMiB("true"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{plain:F0} MiB, recomputed {recomputed:F0} MiB");
        Assert.InRange(plain - recomputed, 75, double.PositiveInfinity);
    }

    private static double PeakMiB(string recompute)
    {
        var result = HubertProcess.Run("bench", "step", "--config-name", "hubert_small_cpu", "--rows", "1", "--seconds", "10", "--steps",
            "1", "--clusters", "20", "--json",
            "model.encoder_layers=12", "model.encoder_layerdrop=0",
            "model.conv_feature_layers='[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2'",
            "common.bf16=false", $"model.checkpoint_activations={recompute}");
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("peakMemoryMiB").GetDouble();
    }
}
