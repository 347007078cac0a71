using HubertSharp.Interop;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.Interop.HuggingFace;

/// <summary>Every transformers folder of the fixtures, under both namings of weight norm, and what transformers itself computes.</summary>
[Trait("Part", "golden")]
public class HuggingFaceGoldenTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Folders() =>
        from name in Fixtures.Matching("hubert_tiny_*")
        from folder in Directory.GetDirectories(Fixtures.At(name), "hf*").Order(StringComparer.Ordinal)
        select new TheoryDataRow<string, string>(name, Path.GetFileName(folder));

    public static IEnumerable<TheoryDataRow<string>> WithExpected() =>
        Fixtures.Matching("hubert_tiny_*").Where(name => File.Exists(Fixtures.At(name, "hf_expected.safetensors")))
            .Select(name => new TheoryDataRow<string>(name));

    [Theory, MemberData(nameof(Folders))]
    public void Weights_and_layers_are_the_recorded_ones(string name, string folder)
    {
        using var tiny = new TinyModel(name);
        var read = ModelReader.Read(tiny.At(folder));
        Assert.Equal(ModelFormat.HuggingFace, read.Format);
        Assert.Equal(tiny.Task.Normalize, read.Description.Task.Normalize);
        Assert.False(read.HasPredictionHead);
        Assert.Empty(read.Notices);
        var expected = SafetensorsFile.Read(tiny.At("weights_init.safetensors"));
        foreach (var (parameter, tensor) in read.Weights)
            Assert.Equal(expected[parameter].Bytes.ToArray(), tensor.Bytes.ToArray());
        using var scope = torch.NewDisposeScope();
        using var model = read.Build(ComputePrecision.Float32);
        for (var row = 0; row < tiny.Clips.Count; row++)
            TensorAssert.Near(tiny.Inference[$"single{row}_x"], model.ExtractFeatures(tiny.Clips[row]), 2e-5);
        var layers = model.ExtractLayers(tiny.PaddedSource(), tiny.Lengths);
        for (var layer = 1; layer <= layers.Count; layer++)
            TensorAssert.Near(tiny.Inference[$"layer{layer}"], layers[layer - 1], 2e-5);
    }

    /// <summary>transformers' figures for the padded batch, whose frame mask is its own.</summary>
    [Theory, MemberData(nameof(WithExpected))]
    public void Outputs_are_those_of_transformers(string name)
    {
        using var tiny = new TinyModel(name);
        var expected = SafetensorsFile.Read(tiny.At("hf_expected.safetensors"));
        foreach (var folder in Directory.GetDirectories(tiny.At(), "hf*"))
        {
            using var scope = torch.NewDisposeScope();
            using var model = ModelReader.Read(folder).Build(ComputePrecision.Float32);
            var valid = expected["hf_frame_mask"].ToBooleans();
            var frames = (int)expected["hf_frame_mask"].Shape[1];
            var validFrames = Enumerable.Range(0, tiny.Clips.Count).Select(row => valid.AsSpan(row * frames, frames).Count(true)).ToArray();
            Assert.Equal(tiny.Lengths.Select(length => model.Alignment.Frames(length)), validFrames);
            var (layers, last) = model.ExtractWithFrames(tiny.PaddedSource(), tiny.Lengths, validFrames);
            TensorAssert.Near(expected["hf_last_hidden_state"], last, 2e-5);
            // in transformers hidden_states[k] is layer k's output, but the last is the normalised one
            var first = tiny.Config.EncoderLayers > 1 ? layers[0] : last;
            TensorAssert.Near(expected["hf_hidden_states1_row0"], first.narrow(0, 0, 1), 2e-5);
        }
    }
}
