using System.Text.Json;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.SpeechTokenizer.Losses;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Discriminators;

/// <summary>The released program's discriminators: logits, feature maps and losses.</summary>
[Trait("Part", "golden")]
public sealed class DiscriminatorGoldenTests
{
    private const double LogitTolerance = 5e-4, LossTolerance = 1e-5; // of the largest logit; relative

    public static TheoryData<string> Names => TokenizerFixtures.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_stft_discriminators_are_the_released_ones(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var set = ReleasedDiscriminators.Stft(name);
        var file = TokenizerFixtures.Expected(name);
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var expected = json.RootElement.GetProperty("train_mode");
        var (real, made) = Judge(set, TokenizerFixtures.Tensor(file["x"]), TokenizerFixtures.Tensor(file["train_o"]));
        foreach (var (kind, judgements) in new[] { ("real", real), ("fake", made) })
        {
            foreach (var (tensor, number) in TokenizerFixtures.Numbered(file, $"stft_logit_{kind}_"))
                NearOfLargest(tensor, judgements[number].Logits);
        }
        Shapes(expected.GetProperty("stft_fmap_shapes"), made);
        Assert.Equal(Lengths(expected.GetProperty("stft_logit_shapes")), made.Select(one => one.Logits.shape));
        Losses(expected, "stft_discriminator", "stft_adversarial", "stft_feature", real, made);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_period_and_the_scale_discriminators_are_the_released_ones(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var wide = SafetensorsFile.Read(Fixtures.At(name, "mpd_msd_expected.safetensors"));
        var file = TokenizerFixtures.Expected(name);
        // the first scale discriminator's first layer has a map as long as the recordings
        var samples = json.RootElement.GetProperty("msd").GetProperty("fmap_shapes")[0][0][2].GetInt64();
        foreach (var kind in (string[])["mpd", "msd"])
        {
            using var scope = torch.NewDisposeScope();
            var expected = json.RootElement.GetProperty(kind);
            string[] keys = [.. expected.GetProperty("state_dict_keys_sorted").EnumerateArray().Select(key => key.GetString()!)];
            using var set = ReleasedDiscriminators.Wide(kind, keys, wide);
            Assert.Equal(expected.GetProperty("n_params").GetInt64(), set.Parameters.Count);
            Assert.Equal(expected.GetProperty("buffers_stored").GetArrayLength(), set.Buffers.Count);
            var (real, made) = Judge(set, TokenizerFixtures.Tensor(file["x"]).narrow(2, 0, samples),
                TokenizerFixtures.Tensor(file["train_o"]).narrow(2, 0, samples));
            for (var i = 0; i < set.Count; i++)
            {
                NearOfLargest(wide[$"{kind}.logit_real_{i}"], real[i].Logits);
                NearOfLargest(wide[$"{kind}.logit_fake_{i}"], made[i].Logits);
                foreach (var (layer, mean) in expected.GetProperty("fmap_real_mean_abs")[i].EnumerateArray().Index())
                    TensorAssert.NearRelative(mean.GetDouble(), real[i].Maps[layer].abs().mean().item<float>(), 5e-4,
                        $"{kind} {i} {layer}");
            }
            Shapes(expected.GetProperty("fmap_shapes"), made);
            Losses(expected, "discriminator", "adversarial", "feature", real, made);
        }
    }

    [Fact]
    public void Spectral_norms_come_near_the_largest_singular_value()
    {
        using var scope = torch.NewDisposeScope();
        using var set = new DiscriminatorSet(new DiscriminatorSizes(0, 0, 16), torch.CPU);
        set.Draw(5);
        var x = torch.tensor(TokenizerFixtures.Samples(2048)).view(1, 1, -1);
        for (var i = 0; i < 60; i++)
            set.Iterate();
        var (u, v) = (set.Buffers["msd.discriminators.0.convs.1.weight_u"], set.Buffers["msd.discriminators.0.convs.1.weight_v"]);
        var weight = set.Parameters["msd.discriminators.0.convs.1.weight_orig"].detach().flatten(1);
        var largest = torch.linalg.svdvals(weight)[0].item<float>();
        TensorAssert.NearRelative(largest, u.dot(weight.mv(v)).item<float>(), 1e-3, "singular value");
        Assert.All(set.Build(learns: true), one => Assert.True(one.Forward(x).Logits.requires_grad));
        Assert.All(set.Build(learns: false), one => Assert.False(one.Forward(x).Logits.requires_grad));
    }

    private static (Judgement[] Real, Judgement[] Made) Judge(DiscriminatorSet set, torch.Tensor real, torch.Tensor made)
    {
        using var guard = torch.no_grad();
        var discriminators = set.Build(learns: false);
        return ([.. discriminators.Select(one => one.Forward(real))], [.. discriminators.Select(one => one.Forward(made))]);
    }

    private static void Losses(
        JsonElement expected, string discriminators, string adversarial, string features, Judgement[] real, Judgement[] made)
    {
        void Same(string key, torch.Tensor loss) =>
            TensorAssert.NearRelative(expected.GetProperty(key).GetDouble(), loss.item<float>(), LossTolerance, key);
        Same(discriminators, TokenizerLosses.Discriminators(real.Select(one => one.Logits), made.Select(one => one.Logits)));
        Same(adversarial, TokenizerLosses.Adversarial(made.Select(one => one.Logits)));
        Same(features, TokenizerLosses.FeatureMatching(real.Select(one => one.Maps), made.Select(one => one.Maps)));
    }

    private static void Shapes(JsonElement expected, Judgement[] judgements) => Assert.Equal(
        expected.EnumerateArray().Select(Lengths), judgements.Select(one => one.Maps.Select(map => map.shape)));

    private static IEnumerable<long[]> Lengths(JsonElement shapes) =>
        shapes.EnumerateArray().Select(shape => shape.EnumerateArray().Select(size => size.GetInt64()).ToArray());

    private static void NearOfLargest(SafetensorsTensor expected, torch.Tensor actual) =>
        TensorAssert.Near(expected, actual, LogitTolerance * expected.ToSingles().Max(Math.Abs));
}
