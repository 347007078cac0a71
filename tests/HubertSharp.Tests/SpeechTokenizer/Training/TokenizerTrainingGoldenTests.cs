using System.Text.Json;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Tests.SpeechTokenizer.Discriminators;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>The released program's training: losses, gradients, codebooks, three whole steps.</summary>
[Trait("Part", "golden")]
public sealed class TokenizerTrainingGoldenTests
{
    public static TheoryData<string> Names => TokenizerFixtures.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_and_gradients_are_the_released_ones(string name)
    {
        using var scope = torch.NewDisposeScope();
        var file = TokenizerFixtures.Expected(name);
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var expected = json.RootElement.GetProperty("train_mode");
        using var model = ReleasedTraining.Model(name);
        using var criterion = ReleasedTraining.Criterion(expected.GetProperty("lambdas"), expected.GetProperty("mel_kwargs"));
        using var set = ReleasedDiscriminators.Stft(name);
        using var step = new TokenizerStep(model, criterion, new Adversaries(set, apart: false), ReleasedTraining.Alone);
        using var scores = step.Generate([ReleasedTraining.Batch(file)], lossScale: 1);
        var averages = new MetricAverages();
        scores.AddTo(averages);
        Same(expected, averages, 1e-5, ("generator_total_with_mstftd_only", "loss"), ("mel_weighted", "mel"), ("recon_l1", "recon"),
            ("commit", "commit"), ("d_axis_distill", "distill"), ("stft_adversarial", "adversarial"), ("stft_feature", "feature"));
        Assert.Empty(expected.GetProperty("no_grad").EnumerateArray());
        foreach (var norm in expected.GetProperty("grad_norms").EnumerateObject())
        {
            var gradient = model.Parameters.GradientOf(norm.Name).norm().item<float>();
            TensorAssert.NearRelative(norm.Value.GetDouble(), gradient, 1e-4, norm.Name);
        }
        foreach (var gradient in SafetensorsFile.Read(Fixtures.At(name, "grads_small.safetensors")).Tensors)
        {
            var distance = TensorAssert.RelativeDistance(
                TensorAssert.Values(model.Parameters.GradientOf(gradient.Name)), gradient.ToSingles());
            Assert.True(distance < 1e-4, $"{gradient.Name}: {distance}");
        }
        model.Quantizer.Follow(1, micros: 1, ReleasedTraining.Alone);
        Codebooks(file, "post", model);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Dead_codes_stay_dead_in_the_released_program(string name)
    {
        using var scope = torch.NewDisposeScope();
        var file = TokenizerFixtures.Expected(name);
        using var model = ReleasedTraining.Model(name);
        foreach (var book in model.Quantizer.Books)
        {
            // the fixtures' README: the first 7 codes of each layer are dead
            book.ClusterSize.narrow(0, 0, 7).fill_(0.5.ToScalar());
            book.EmbedAvg.narrow(0, 0, 7).copy_(book.Embed.narrow(0, 0, 7) * 0.5.ToScalar());
        }
        using (torch.no_grad())
            model.Forward(TokenizerFixtures.Tensor(file["x"]), micro: 0, ReleasedTraining.Alone);
        model.Quantizer.Follow(1, micros: 1, ReleasedTraining.Alone);
        Codebooks(file, "dead_post", model);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Three_steps_are_the_released_ones(string name)
    {
        using var scope = torch.NewDisposeScope();
        var file = TokenizerFixtures.Expected(name);
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var expected = json.RootElement.GetProperty("train_mode");
        using var model = ReleasedTraining.Model(name);
        using var criterion = ReleasedTraining.Criterion(expected.GetProperty("lambdas"), expected.GetProperty("mel_kwargs"));
        using var set = ReleasedDiscriminators.Stft(name);
        using var step = new TokenizerStep(model, criterion, new Adversaries(set, apart: false), ReleasedTraining.Alone);
        var settings = new AdamWConfig { AdamBetas = (0.9, 0.99), WeightDecay = 0 };
        using var generator = new FairseqAdam(model.Parameters, settings);
        using var discriminators = new FairseqAdam(set.Parameters, settings);
        var batch = ReleasedTraining.Batch(file);
        foreach (var (number, wanted) in json.RootElement.GetProperty("three_train_steps").EnumerateArray().Index())
        {
            var averages = new MetricAverages();
            set.Parameters.ZeroGradients();
            using (var scores = step.Discriminate([batch], lossScale: 1))
                scores.AddTo(averages);
            discriminators.Update(1e-4);
            model.Parameters.ZeroGradients();
            using (var scores = step.Generate([batch], lossScale: 1))
                scores.AddTo(averages);
            generator.Update(1e-4);
            model.Quantizer.Follow(number + 1, micros: 1, ReleasedTraining.Alone);
            // Adam's first step is the sign of a gradient: where that is about 0, a rounding error turns it
            Same(wanted, averages, number == 0 ? 1e-5 : 1e-4, ("disc", $"loss_{TokenizerTask.Discriminators}"), ("feature", "feature"),
                ("adversarial", "adversarial"), ("mel_weighted", "mel"), ("recon", "recon"), ("commit", "commit"),
                ("distill", "distill"), ("total", "loss"));
            Assert.Equal(wanted.GetProperty("codes_below_threshold_after").EnumerateArray().Select(dead => dead.GetInt32()),
                model.Quantizer.Books.Select(book => book.Dead(2).Length));
        }
    }

    [Fact]
    public void Commitments_of_later_quantisers_move_the_encoder_where_asked_for()
    {
        foreach (var name in TokenizerFixtures.Names.Select(row => row.Data))
        {
            using var scope = torch.NewDisposeScope();
            float Moved(bool allCommit)
            {
                using var model = ReleasedTraining.Model(name, allCommit);
                model.Parameters.ZeroGradients();
                var samples = TokenizerFixtures.Tensor(TokenizerFixtures.Expected(name)["x"]);
                var generated = model.Forward(samples, micro: 0, ReleasedTraining.Alone);
                generated.Commitment.backward();
                return model.Parameters.Gradients.norm().item<float>();
            }
            Assert.True(Moved(true) > 1.01 * Moved(false));
            // what is decoded is the same sum, and its gradient reaches the embeddings once
            using var first = ReleasedTraining.Model(name);
            using var second = ReleasedTraining.Model(name, allCommit: true);
            var x = TokenizerFixtures.Tensor(TokenizerFixtures.Expected(name)["x"]);
            foreach (var model in (LearntTokenizer[])[first, second])
            {
                model.Parameters.ZeroGradients();
                model.Forward(x, micro: 0, ReleasedTraining.Alone).Made.abs().sum().backward();
            }
            Assert.True(TensorAssert.RelativeDistance(
                TensorAssert.Values(second.Parameters.Gradients), TensorAssert.Values(first.Parameters.Gradients)) < 1e-4);
        }
    }

    private static void Same(
        JsonElement expected, MetricAverages averages, double tolerance, params (string Released, string Ours)[] keys)
    {
        foreach (var (released, ours) in keys)
            TensorAssert.NearRelative(expected.GetProperty(released).GetDouble(), averages.Mean(ours), tolerance, released);
    }

    private static void Codebooks(SafetensorsFile file, string prefix, LearntTokenizer model)
    {
        for (var layer = 0; layer < model.Quantizer.Books.Count; layer++)
        {
            var book = model.Quantizer.Books[layer];
            TensorAssert.Near(file[$"{prefix}_{layer}_cluster_size"], book.ClusterSize, 1e-4);
            TensorAssert.Near(file[$"{prefix}_{layer}_embed"], book.Embed, 2e-5);
            if (file.Contains($"{prefix}_{layer}_embed_avg"))
                TensorAssert.Near(file[$"{prefix}_{layer}_embed_avg"], book.EmbedAvg, 1e-4);
        }
    }
}
