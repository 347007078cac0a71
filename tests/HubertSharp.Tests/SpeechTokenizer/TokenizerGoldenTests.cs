using System.Text.Json;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer;

/// <summary>The released program's own codes, embeddings and waveforms.</summary>
[Trait("Part", "golden")]
public sealed class TokenizerGoldenTests
{
    public static TheoryData<string> Names => TokenizerFixtures.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Codes_are_the_released_programs(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TokenizerFixtures.Model(name);
        var (expected, all) = (TokenizerFixtures.Expected(name), model.Config.Quantizers);
        var x = TokenizerFixtures.Tensor(expected["x"]);
        Same(expected["codes"], model.Encode(x));
        Same(expected["codes_odd"], model.Encode(TokenizerFixtures.Tensor(expected["x_odd"])));
        var parts = 0;
        foreach (var (tensor, last) in TokenizerFixtures.Numbered(expected, "codes_nq"))
        {
            Same(tensor, model.Encode(x, new QuantizerRange(1, last)));
            parts++;
        }
        foreach (var (tensor, skipped) in TokenizerFixtures.Numbered(expected, "codes_st"))
        {
            Same(tensor, model.Encode(x, new QuantizerRange(skipped + 1, all), fromEmbeddings: true));
            parts++;
        }
        Assert.True(parts > 1);
        Assert.Equal(expected["codes"].ToLongs()[(int)(expected["codes"].Count / all)..],
            model.Encode(x, new QuantizerRange(2, all)).data<long>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Embeddings_waveforms_and_semantic_features_are_the_released_programs(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TokenizerFixtures.Model(name);
        var expected = TokenizerFixtures.Expected(name);
        TensorAssert.Near(expected["encoder_out"], model.Embed(TokenizerFixtures.Tensor(expected["x"])), 2e-5);
        var codes = TokenizerFixtures.Tensor(expected["codes"]);
        TensorAssert.Near(expected["decoded"], model.Decode(codes), 1e-5);
        TensorAssert.Near(expected["decoded_odd"], model.Decode(TokenizerFixtures.Tensor(expected["codes_odd"])), 1e-5);
        var row = codes.narrow(1, 0, 1);
        TensorAssert.Near(expected["decoded_first_row0"], model.Decode(row.narrow(0, 0, 1)), 1e-5);
        TensorAssert.Near(expected["decoded_st1_row0"], model.Decode(row.narrow(0, 1, codes.shape[0] - 1), first: 2), 1e-5);
        TensorAssert.Near(expected["forward_o_row0"], model.Decode(row), 1e-5);
        foreach (var (tensor, layer) in TokenizerFixtures.Numbered(expected, "quantized"))
            TensorAssert.Near(tensor, model.Quantizer.Decode(codes.narrow(0, layer, 1), layer + 1), 2e-5);
        var first = model.Quantizer.Decode(codes.narrow(0, 0, 1));
        TensorAssert.Near(expected["forward_feature"], model.SemanticFeatures(first), 2e-5);
    }

    [Fact]
    public void Quantisers_are_the_released_programs_on_codebooks_alone()
    {
        var folders = Fixtures.Matching("speechtokenizer*").Where(name => File.Exists(Fixtures.At(name, "tensors.safetensors"))).ToList();
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            using var scope = torch.NewDisposeScope();
            var file = SafetensorsFile.Read(Fixtures.At(folder, "tensors.safetensors"));
            using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(folder, "expected.json")));
            var layers = json.RootElement.GetProperty("n_q").GetInt32();
            var steps = json.RootElement.GetProperty("steps").EnumerateArray().ToList();
            for (var step = 0; step < steps.Count; step++)
            {
                // a step quantises with the codebooks that the one before it left
                var books = Enumerable.Range(0, layers)
                    .Select(layer => TokenizerFixtures.Tensor(file[step == 0 ? $"init_embed_{layer}" : $"step{step - 1}_embed_{layer}"]));
                var quantizer = new ResidualQuantizer([.. books]);
                var x = TokenizerFixtures.Tensor(file[$"x_{step}"]);
                var codes = quantizer.Encode(x, new QuantizerRange(1, layers));
                Same(file[$"step{step}_codes"], codes);
                TensorAssert.Near(file[$"step{step}_quantized"], quantizer.Decode(codes), 1e-5);
                var losses = steps[step].GetProperty("commit_losses").EnumerateArray().Select(loss => loss.GetDouble()).ToList();
                for (var layer = 0; layer < layers; layer++)
                {
                    var left = layer == 0 ? x : x - quantizer.Decode(codes.narrow(0, 0, layer));
                    var loss = (left - quantizer.Decode(codes.narrow(0, layer, 1), layer + 1)).square().mean().item<float>();
                    TensorAssert.NearRelative(losses[layer], loss, 1e-5, $"commitment of quantiser {layer + 1}");
                }
            }
        }
    }

    private static void Same(SafetensorsTensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.shape);
        Assert.Equal(expected.ToLongs(), actual.data<long>().ToArray());
    }
}
