using HubertSharp.Distributed;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tensors;
using HubertSharp.Tests.SpeechTokenizer.Discriminators;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Logging;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>What bf16 changes of a tokenizer's training, and what it does not.</summary>
public sealed class TokenizerPrecisionTests
{
    public static TheoryData<string> Names => TokenizerFixtures.Names;

    /// <summary>bf16 has 8 bits: a layer's output is off by up to a 256th, a loss of many of them by far less.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_and_gradients_are_nearly_those_of_float32(string name)
    {
        var (exact, narrow) = (Step(name, ComputePrecision.Float32), Step(name, ComputePrecision.BFloat16));
        foreach (var (key, expected) in exact.Losses)
            TensorAssert.NearRelative(expected, narrow.Losses[key], 0.02, key);
        Assert.NotEqual(exact.Losses["loss"], narrow.Losses["loss"]);
        foreach (var (one, other) in exact.Gradients.Zip(narrow.Gradients))
        {
            Assert.All(other, value => Assert.True(float.IsFinite(value)));
            Assert.InRange(TensorAssert.RelativeDistance(other, one), 1e-6, 0.1);
        }
    }

    /// <summary>A validation measures what whoever uses the tokenizer gets.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Validation_is_that_of_float32_to_the_last_bit(string name)
    {
        using var scope = torch.NewDisposeScope();
        var samples = TokenizerFixtures.Tensor(TokenizerFixtures.Expected(name)["x"]);
        using var exact = ReleasedTraining.Model(name);
        using var narrow = ReleasedTraining.Model(name, precision: ComputePrecision.BFloat16);
        var ((one, codes), (other, sameCodes)) = (exact.Evaluate(samples), narrow.Evaluate(samples));
        Assert.Equal(codes.data<long>().ToArray(), sameCodes.data<long>().ToArray());
        Assert.Equal(TensorAssert.Values(one.Made), TensorAssert.Values(other.Made));
        Assert.Equal(TensorAssert.Values(one.Features), TensorAssert.Values(other.Features));
    }

    /// <summary>Masters, what the quantisers get and what the losses get are float32; no second copy of the parameters is kept.</summary>
    [Fact]
    public void Only_convolutions_are_narrow()
    {
        using var scope = torch.NewDisposeScope();
        var name = TokenizerFixtures.Names.First().Data;
        var samples = TokenizerFixtures.Tensor(TokenizerFixtures.Expected(name)["x"]);
        using var model = ReleasedTraining.Model(name, precision: ComputePrecision.BFloat16);
        Assert.Equal(ComputePrecision.BFloat16, model.Parameters.Precision);
        Assert.Null(model.Parameters.Compute);
        var generated = model.Forward(samples, micro: 0, Replicas.Alone);
        Assert.All((torch.Tensor[])[generated.Made, generated.Features, generated.Commitment],
            tensor => Assert.Equal(torch.ScalarType.Float32, tensor.dtype));
        using var set = new DiscriminatorSet(new DiscriminatorSizes(2, 1, 16), torch.CPU, ComputePrecision.BFloat16);
        set.Draw(1);
        foreach (var discriminator in set.Build(learns: true))
        {
            var judgement = discriminator.Forward(torch.randn(1, 1, 4096));
            Assert.Equal(torch.ScalarType.Float32, judgement.Logits.dtype);
            Assert.All(judgement.Maps, map => Assert.Equal(torch.ScalarType.BFloat16, map.dtype));
        }
    }

    [Fact]
    public void Float32_unless_bf16_is_asked_for()
    {
        Assert.Equal(ComputePrecision.Float32, TokenizerTrainer.Precision(new CommonConfig { Cpu = true }).Precision);
        Assert.Equal(ComputePrecision.Float32, TokenizerTrainer.Precision(new CommonConfig { Cpu = true, Bf16 = false }).Precision);
        Assert.Equal(HubertSharp.Training.PrecisionChoice.OnProcessor(new CommonConfig { Bf16 = true }),
            TokenizerTrainer.Precision(new CommonConfig { Cpu = true, Bf16 = true }).Precision);
    }

    /// <summary>An update's losses, and the gradients of discriminators and generator.</summary>
    private static (Dictionary<string, double> Losses, float[][] Gradients) Step(string name, ComputePrecision precision)
    {
        using var scope = torch.NewDisposeScope();
        using var model = ReleasedTraining.Model(name, precision: precision);
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var settings = json.RootElement.GetProperty("train_mode");
        using var criterion = ReleasedTraining.Criterion(settings.GetProperty("lambdas"), settings.GetProperty("mel_kwargs"));
        using var set = ReleasedDiscriminators.Stft(name, precision);
        using var step = new TokenizerStep(model, criterion, new Adversaries(set, apart: false), ReleasedTraining.Alone);
        var (batch, averages) = (ReleasedTraining.Batch(TokenizerFixtures.Expected(name)), new MetricAverages());
        using (var scores = step.Discriminate([batch], lossScale: 1))
            scores.AddTo(averages);
        using (var scores = step.Generate([batch], lossScale: 1))
            scores.AddTo(averages);
        string[] keys = [$"loss_{TokenizerTask.Discriminators}", "loss", "mel", "recon", "commit", "distill", "adversarial", "feature"];
        return (keys.ToDictionary(key => key, averages.Mean), [TensorAssert.Values(set.Parameters.Gradients),
            TensorAssert.Values(model.Parameters.Gradients)]);
    }
}
