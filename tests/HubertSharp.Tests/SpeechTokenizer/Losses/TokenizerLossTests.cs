using System.Text.Json;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer.Losses;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Losses;

/// <summary>The released program's own losses.</summary>
[Trait("Part", "golden")]
public sealed class TokenizerLossTests
{
    public static TheoryData<string> Names => TokenizerFixtures.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_of_a_waveform_and_of_features_are_the_released_programs(string name)
    {
        using var scope = torch.NewDisposeScope();
        var file = TokenizerFixtures.Expected(name);
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(name, "expected.json")));
        var expected = json.RootElement.GetProperty("train_mode");
        var (x, made) = (TokenizerFixtures.Tensor(file["x"]), TokenizerFixtures.Tensor(file["train_o"]));
        void Same(string key, torch.Tensor loss) =>
            TensorAssert.NearRelative(expected.GetProperty(key).GetDouble(), loss.item<float>(), 1e-5, key);

        Same("recon_l1", TokenizerLosses.Reconstruction(x, made));
        var (features, teacher) = (TokenizerFixtures.Tensor(file["train_feature"]), TokenizerFixtures.Tensor(file["semantic_target"]));
        Same("d_axis_distill", TokenizerLosses.DistillationAlongDimensions(features, teacher));
        var frames = Math.Min(features.shape[1], teacher.shape[1]);
        Same("t_axis_sim_term_only", TokenizerLosses.DistillationAlongTime(features, teacher)
            - (features.narrow(1, 0, frames) - teacher.narrow(1, 0, frames)).abs().mean());

        var losses = expected.GetProperty("mel").EnumerateArray().Select(loss => loss.GetDouble()).ToList();
        var settings = expected.GetProperty("mel_kwargs").EnumerateArray().Select(Resolution).ToList();
        for (var i = 0; i < losses.Count; i++)
        {
            using var mel = new MelLoss(settings[i], torch.CPU);
            TensorAssert.NearRelative(losses[i], mel.Forward(x.squeeze(1), made.squeeze(1)).item<float>(), 1e-5, $"mel {i}");
            if (!file.Contains($"mel_x_{i}_first60"))
                continue;
            var first = file[$"mel_x_{i}_first60"];
            TensorAssert.Near(first, mel.Spectrogram(x.squeeze(1)).narrow(0, 0, first.Shape[0]).narrow(2, 0, first.Shape[2]), 2e-4);
        }
    }

    [Fact]
    public void Losses_of_discriminators_are_the_released_programs()
    {
        foreach (var folder in Fixtures.Matching("speechtokenizer*").Where(name => File.Exists(Fixtures.At(name, "tensors.safetensors"))))
        {
            using var scope = torch.NewDisposeScope();
            var file = SafetensorsFile.Read(Fixtures.At(folder, "tensors.safetensors"));
            using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(folder, "expected.json")));
            var expected = json.RootElement.GetProperty("adversarial");
            List<torch.Tensor> Logits(string kind) =>
                [.. TokenizerFixtures.Numbered(file, $"{kind}_logit_").OrderBy(found => found.Number)
                    .Select(found => TokenizerFixtures.Tensor(found.Tensor))];
            List<List<torch.Tensor>> Maps(string kind) => [.. Enumerable.Range(0, Logits(kind).Count)
                .Select(i => TokenizerFixtures.Numbered(file, $"{kind}_fmap_{i}_").OrderBy(found => found.Number)
                    .Select(found => TokenizerFixtures.Tensor(found.Tensor)).ToList())];
            void Same(string key, torch.Tensor loss) =>
                TensorAssert.NearRelative(expected.GetProperty(key).GetDouble(), loss.item<float>(), 1e-6, key);

            Same("discriminator_loss", TokenizerLosses.Discriminators(Logits("real"), Logits("fake")));
            Same("adversarial_loss", TokenizerLosses.Adversarial(Logits("fake")));
            Same("feature_loss", TokenizerLosses.FeatureMatching(Maps("real"), Maps("fake")));
            TensorAssert.NearRelative(json.RootElement.GetProperty("d_axis_distill").GetDouble(), TokenizerLosses
                .DistillationAlongDimensions(TokenizerFixtures.Tensor(file["feature"]), TokenizerFixtures.Tensor(file["target"]))
                .item<float>(),
                1e-6, "d_axis_distill");
        }
    }

    [Fact]
    public void A_commitment_moves_the_embeddings_and_not_the_codes()
    {
        using var scope = torch.NewDisposeScope();
        var (embeddings, quantized) = (torch.ones([2, 3], requires_grad: true), torch.zeros([2, 3], requires_grad: true));
        var loss = TokenizerLosses.Commitment(embeddings, quantized);
        loss.backward();
        Assert.Equal(1, loss.item<float>());
        Assert.Equal(Enumerable.Repeat(1f / 3, 6), TensorAssert.Values(embeddings.grad!));
        Assert.Null(quantized.grad);
    }

    private static MelResolution Resolution(JsonElement settings)
    {
        int Whole(string key) => settings.GetProperty(key).GetInt32();
        var rate = Whole("sample_rate");
        return new MelResolution(Whole("n_fft"), Whole("hop_size"), Whole("win_size"), Whole("num_mels"), rate,
            settings.GetProperty("fmin").GetDouble(),
            settings.GetProperty("fmax") is { ValueKind: JsonValueKind.Number } highest ? highest.GetDouble() : rate / 2);
    }
}
