using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Tests.Tensors;

namespace HubertSharp.Tests.Interop.HuggingFace;

/// <summary>
/// Models that fairseq's configurations do not give, against what transformers computes: a batch norm before the positions at 25 frames per
/// second, as mHuBERT has it, and no layer norm before the projection, as in DistilHuBERT.
/// </summary>
[Trait("Part", "golden")]
public sealed class VariantGoldenTests : IDisposable
{
    private const string BatchNorm = "transformers_batch_norm", Distilled = "transformers_distil";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(BatchNorm, 25), InlineData(Distilled, 50)]
    public void Layers_are_those_of_transformers_in_every_form(string name, int rate)
    {
        var source = ModelReader.Read(At(name));
        Assert.Equal(rate, source.Description.Model.LabelRate);
        var expected = SafetensorsFile.Read(Path.Combine(At(name), "expected.safetensors"));
        var clip = expected["input_values"].ToSingles();
        void Near(string form, IEnumerable<float[]> layers)
        {
            foreach (var (values, i) in layers.Select((values, i) => (values, i)))
                TensorAssert.Near(expected[$"layer{i + 1}"].ToSingles(), values, 2e-5, $"{form}, layer {i + 1}");
        }

        Near("transformers", ModelConverter.Outputs(source, clip).SkipLast(1).Select(output => output.Values));
        foreach (var format in new[] { ModelFormat.HuggingFace, ModelFormat.Native, ModelFormat.Fairseq })
        {
            var place = _folder.At($"{format}{(format == ModelFormat.Fairseq ? ".pt" : "")}");
            var options = new ConversionOptions { Input = At(name), Output = place, Format = format };
            if (name == Distilled && format == ModelFormat.Fairseq)
            {
                Assert.Contains("fairseq has no HuBERT without", Assert.Throws<UserException>(() => ModelConverter.Run(options)).Message);
                continue;
            }
            Assert.Equal(0, ModelConverter.Run(options).LargestError);
            var read = ModelReader.Read(place);
            Assert.Equal(ModelIdentity.Of(source), ModelIdentity.Of(read));
            Near($"{format}", ModelConverter.Outputs(read, clip).SkipLast(1).Select(output => output.Values));
            if (name == BatchNorm && format != ModelFormat.Native)
                Assert.Equal([1234L], read.Buffers[HubertBuffers.Batches].ToLongs());
        }
        OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data", source, new OnnxExportOptions());
        using var onnx = OnnxHubert.Open(_folder.At("x.onnx"));
        Near("ONNX", onnx.Features(clip, onnx.Info.Layers));
    }

    /// <summary>Weight norm and a batch norm that changes nothing: the same up to its epsilon.</summary>
    [Fact]
    public void A_batch_norm_of_ones_and_zeros_changes_nothing()
    {
        var source = ModelReader.Read(At(Distilled));
        var (g, v) = (source.Weights["encoder.pos_conv.0.weight_g"].ToSingles(), source.Weights["encoder.pos_conv.0.weight_v"]);
        var direction = v.ToSingles();
        var norms = new double[g.Length];
        for (var i = 0; i < direction.Length; i++)
            norms[i % g.Length] += (double)direction[i] * direction[i];
        var width = source.Description.Model.EncoderEmbedDim;
        float[] Filled(float value) => [.. Enumerable.Repeat(value, width)];
        var weights = source.Weights.Where(w => !w.Key.Contains("pos_conv", StringComparison.Ordinal)).Select(w => w.Value).Concat(
        [
            SafetensorsTensor.Create("encoder.pos_conv.0.weight", [width], Filled(1)),
            SafetensorsTensor.Create("encoder.pos_conv.0.bias", [width], Filled(0)),
            SafetensorsTensor.Create(HubertBuffers.Mean, [width], Filled(0)),
            SafetensorsTensor.Create(HubertBuffers.Variance, [width], Filled(1)),
            SafetensorsTensor.Create("encoder.pos_conv.1.weight", v.Shape,
                [.. direction.Select((d, i) => (float)(d * g[i % g.Length] / Math.Sqrt(norms[i % g.Length])))]),
            source.Weights["encoder.pos_conv.0.bias"] with { Name = "encoder.pos_conv.1.bias" },
        ]).ToDictionary(tensor => tensor.Name);
        var description = source.Description with { Model = source.Description.Model with { ConvPosBatchNorm = true } };
        var clip = TestClip.Create(seconds: 1);
        foreach (var ((name, expected), (_, found)) in ModelConverter.Outputs(source, clip)
            .Zip(ModelConverter.Outputs(new PortableModel(ModelFormat.Native, "x", description, weights), clip)))
            TensorAssert.Near(expected, found, 5e-5, name);
    }

    /// <summary>s3prl's own checkpoint: <c>Distiller</c> and <c>Config</c>, with the heads that predict the teacher's layers.</summary>
    [Fact]
    public void A_checkpoint_of_s3prl_is_the_same_model()
    {
        var source = ModelReader.Read(At(Distilled));
        var weights = new OrderedDictionary<string, object?>(source.Weights.Where(w => w.Key != "mask_emb")
            .Select(w => KeyValuePair.Create(w.Key, (object?)w.Value)))
        {
            ["output_layer.0.weight"] = SafetensorsTensor.Create("", [2, 2], [1, 2, 3, float.NaN]),
            ["output_layer.2.bias"] = SafetensorsTensor.Create("", [1, 1, 2, 1], [1, 2]),
        };
        var settings = new Dictionary<string, object?>
        {
            ["extractor_mode"] = "default",
            ["extractor_conv_feature_layers"] = "[(16,10,5)] + [(16,3,2)] * 4 + [(16,2,2)] * 2",
            ["conv_pos"] = 8,
            ["conv_pos_groups"] = 2,
            ["encoder_layers"] = 2,
            ["encoder_embed_dim"] = 24,
            ["encoder_ffn_embed_dim"] = 48,
            ["encoder_attention_heads"] = 2,
            ["final_dim"] = 768,
            ["task_emb_type"] = "expand-last",
            ["attention_type"] = "original",
            ["n_tasks"] = 2,
        };
        void Write() => TorchWriter.Write(_folder.At("x.ckpt"), new Dictionary<string, object?>
        {
            ["Distiller"] = weights,
            ["Config"] = new Dictionary<string, object?> { ["distiller"] = settings },
            ["Step"] = 5,
            ["Optimizer"] = new PythonObject("optimizers", "WarmupLinearSchedule", new Dictionary<string, object?> { ["warmup"] = 0.07 }),
            ["Args"] = new PythonObject("argparse", "Namespace", new Dictionary<string, object?> { ["upstream"] = "distiller" }),
        });
        Write();
        var read = ModelReader.Read(_folder.At("x.ckpt"));
        Assert.Contains("2 tensors of the heads",
            Assert.Single(read.Notices, notice => notice.Contains("heads", StringComparison.Ordinal)));
        Assert.Equal(ModelIdentity.Of(source), ModelIdentity.Of(read));
        settings["task_emb_type"] = "add";
        Write();
        Assert.Contains("task_emb_type", Assert.Throws<UserException>(() => ModelReader.Read(_folder.At("x.ckpt"))).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static string At(string name) => Path.Combine(Fixtures.RepositoryRoot(), "tests", "fixtures", name);
}
