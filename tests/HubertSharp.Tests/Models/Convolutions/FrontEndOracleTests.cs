using HubertSharp.Models;
using HubertSharp.Models.Convolutions;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.Models.Convolutions;

/// <summary>The hand-written front end against torch's own operators.</summary>
public class FrontEndOracleTests
{
    // windows of one, two and three groups of taps, an odd stride, and a width that is no multiple of a vector
    private static readonly ModelConfig Config = new()
    {
        LabelRate = 50,
        ConvFeatureLayers = ConvLayerSpec.Parse("[(64,10,5),(40,3,2),(24,5,2),(33,2,2),(32,3,3)]"),
        EncoderLayers = 1,
        EncoderEmbedDim = 32,
        EncoderFfnEmbedDim = 32,
        EncoderAttentionHeads = 2,
        ConvPos = 8,
        ConvPosGroups = 4,
        FinalDim = 8,
    };

    private static readonly ModelConfig Large = Config with
    {
        ExtractorMode = "layer_norm",
        ConvFeatureLayers = ConvLayerSpec.Parse("[(48,10,5),(80,3,2),(16,5,2),(32,2,2),(64,3,3)]"),
    };

    [Theory]
    [InlineData(ComputePrecision.Float32, 1, 1700, 2e-6, 2e-5)]
    [InlineData(ComputePrecision.Float32, 3, 9001, 2e-6, 2e-5)]
    [InlineData(ComputePrecision.BFloat16, 2, 6400, 2e-2, 4e-2)]
    public void Fused_blocks_equal_plain_operators(
        ComputePrecision precision, int rows, int samples, double valueTolerance, double gradientTolerance) =>
        Compare(Config, precision, rows, samples, valueTolerance, gradientTolerance);

    [Theory]
    [InlineData(ComputePrecision.Float32, false, 1, 1700, 2e-6, 2e-5)]
    [InlineData(ComputePrecision.Float32, true, 3, 9001, 2e-6, 2e-5)]
    [InlineData(ComputePrecision.BFloat16, true, 2, 6400, 2e-2, 8e-2)]
    public void Fused_blocks_with_layer_norm_equal_plain_operators(
        ComputePrecision precision, bool bias, int rows, int samples, double valueTolerance, double gradientTolerance) =>
        Compare(Large with { ConvBias = bias }, precision, rows, samples, valueTolerance, gradientTolerance);

    private static void Compare(
        ModelConfig config, ComputePrecision precision, int rows, int samples, double valueTolerance, double gradientTolerance)
    {
        using var model = new HubertModel(config, new TaskConfig { Labels = ["km"] }, [12], precision);
        model.Initialise(3);
        using var scope = torch.NewDisposeScope();
        var store = model.Parameters;
        // norms away from 1 and 0, samples away from mean 0
        store.CopyFrom(info =>
        [
            .. store.Values(info)
                .Select((v, i) => info.Name.Contains("0.2.", StringComparison.Ordinal)
                    || info.Name.Contains(".2.1.", StringComparison.Ordinal)
                    || info.Name.EndsWith(".0.bias", StringComparison.Ordinal) ? v + 0.3f * MathF.Sin(i) : v),
        ]);
        var random = new SeededRandom(9);
        var source = torch.tensor(Enumerable.Range(0, rows * samples).Select(i => (float)(0.05 + 0.1 * random.NextNormal())).ToArray(),
            [rows, samples]);
        Assert.True(FrontEnd.CanFuse(config, source));
        var frontEnd = new FrontEnd(config, store);
        var plain = frontEnd.Plain(source);
        var direction = torch.sin(torch.arange(plain.numel(), torch.float32)).view(plain.shape);
        var (plainValues, plainGradients) = Run(store, plain, direction);
        var (fusedValues, fusedGradients) = Run(store, frontEnd.Fused(source), direction);
        Assert.True(TensorAssert.RelativeDistance(fusedValues, plainValues) < valueTolerance);
        foreach (var (name, expected) in plainGradients)
        {
            var distance = TensorAssert.RelativeDistance(fusedGradients[name], expected);
            Assert.True(distance < gradientTolerance, $"{name}: {distance:g3}");
        }
    }

    private static (float[] Values, Dictionary<string, float[]> Gradients) Run(
        ParameterStore store, torch.Tensor output, torch.Tensor direction)
    {
        store.ZeroGradients();
        (output.to_type(torch.float32) * direction).sum().backward();
        return (TensorAssert.Values(output), store.Infos.Where(i => i.Name.StartsWith("feature_extractor", StringComparison.Ordinal))
            .ToDictionary(i => i.Name, store.GradientValues));
    }
}
