using HubertSharp.Distributed;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.SpeechTokenizer.Weights;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Weights;

/// <summary>What a network begins with.</summary>
public sealed class DrawnParametersTests
{
    private static readonly QuantizerRules s_rules = new(0.99, DeadBelow: 2, AllCommit: false, ScalesStart: true, Seed: 1);

    [Fact]
    public void Parameters_are_drawn_as_torch_does_and_are_those_that_the_released_program_has()
    {
        var made = TokenizerFixtures.Made(("semantic_dimension", 7), ("activation", "Snake"));
        using var model = new LearntTokenizer(made.Config, s_rules, torch.CPU);
        Assert.Equal(made.Tensors.Keys.Order(StringComparer.Ordinal),
            model.Parameters.Infos.Select(info => info.Name).Concat(model.Quantizer.Buffers.Keys).Order(StringComparer.Ordinal));
        Assert.All(model.Parameters.Infos, info => Assert.Equal(made.Tensors[info.Name].Shape, info.Shape));
        DrawnParameters.Set(model.Parameters, 5, keepsVariance: false);
        foreach (var info in model.Parameters.Infos)
        {
            var values = model.Parameters.Values(info);
            if (info.Name.EndsWith(".alpha", StringComparison.Ordinal))
                Assert.All(values, value => Assert.Equal(1, value));
            else if (info.Name.EndsWith(".weight_v", StringComparison.Ordinal))
                Within(values, 1 / Math.Sqrt(info.Shape[1] * info.Shape[2]), info.Name);
            else if (info.Name.Contains(".lstm.", StringComparison.Ordinal))
                Within(values, 1 / Math.Sqrt(info.Shape[0] / 4), info.Name);
        }
        // a weight begins as its direction
        var norm = model.Parameters.Infos.Single(info => info.Name == "encoder.model.0.conv.conv.weight_g");
        var direction = model.Parameters["encoder.model.0.conv.conv.weight_v"].detach().flatten(1).norm(1);
        TensorAssert.Near(TensorAssert.Values(direction), model.Parameters.Values(norm), 1e-6, "norms");
    }

    /// <summary>As torch draws them, a recording is lost on its way; what the biases make is the same for every recording.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_recording_comes_through_a_network_that_keeps_its_variance(bool keepsVariance)
    {
        using var scope = torch.NewDisposeScope();
        using var model = new LearntTokenizer(TokenizerFixtures.Made().Config, s_rules, torch.CPU);
        DrawnParameters.Set(model.Parameters, 5, keepsVariance);
        Assert.Equal(keepsVariance, model.Parameters.Values(
            model.Parameters.Infos.Single(info => info.Name == "encoder.model.0.conv.conv.bias")).All(value => value == 0));
        var noise = torch.tensor(HubertSharp.Tests.Audio.Signals.Noise(6400, 3)).view(2, 1, -1);
        using var made = model.Forward(noise, 0, Replicas.Alone);
        var apart = ((made.Made[0] - made.Made[1]).std() / made.Made.std()).item<float>();
        TestContext.Current.TestOutputHelper?.WriteLine($"two recordings are apart by {apart:F3} of what is made of them");
        Assert.True(keepsVariance == apart > 0.3, $"{apart}");
    }

    [Fact]
    public void What_is_learnt_is_what_the_finished_tokenizer_computes_with()
    {
        using var scope = torch.NewDisposeScope();
        var made = TokenizerFixtures.Made(("semantic_dimension", 7));
        using var model = new LearntTokenizer(made.Config, s_rules, torch.CPU);
        model.Parameters.CopyFrom(info => made.Tensors[info.Name].ToSingles());
        foreach (var (name, buffer) in model.Quantizer.Buffers)
            buffer.copy_(TokenizerFixtures.Tensor(made.Tensors[name]).view(buffer.shape));
        using var finished = made.Build(torch.CPU);
        var x = torch.tensor(TokenizerFixtures.Samples(480)).view(2, 1, -1);
        var (generated, codes) = model.Evaluate(x);
        Assert.Equal(TensorAssert.Values(finished.Encode(x)), TensorAssert.Values(codes));
        TensorAssert.Near(TensorAssert.Values(finished.Decode(codes)), TensorAssert.Values(generated.Made), 1e-5, "decoded");
    }

    private static void Within(float[] values, double bound, string name)
    {
        Assert.All(values, value => Assert.True(Math.Abs(value) <= bound, name));
        if (values.Length > 30)
            Assert.True(values.Max(Math.Abs) > 0.8 * bound, name);
    }
}
