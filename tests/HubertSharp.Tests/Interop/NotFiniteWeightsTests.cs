using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.HuggingFace;
using HubertSharp.Interop.Native;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Models.Ctc;

namespace HubertSharp.Tests.Interop;

/// <summary>NaN and infinity in a model are found when it is read, under the name that its file has for them.</summary>
public sealed class NotFiniteWeightsTests : IDisposable
{
    private const string Damaged = "encoder.layers.1.fc2.weight", ForeignDamaged = "encoder.layers.1.feed_forward.output_dense.weight";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("F32", float.NaN), InlineData("F32", float.NegativeInfinity), InlineData("F16", float.NaN),
     InlineData("F16", float.PositiveInfinity), InlineData("BF16", float.NaN), InlineData("F64", float.NaN)]
    public void Every_reader_names_tensor_and_file(string type, float value)
    {
        var model = Model(type, value);
        FairseqWriter.Write(_folder.At("x.pt"), model);
        HuggingFaceWriter.Write(_folder.At("hf"), model);
        HuggingFaceWriter.Write(_folder.At("bin"), model, legacyWeightNorm: true, torchFile: true);
        NativeWriter.Write(_folder.At("native"), model);
        Refused(_folder.At("x.pt"), _folder.At("x.pt"), Damaged);
        Refused(_folder.At("hf"), _folder.At("hf", "model.safetensors"), ForeignDamaged);
        Refused(_folder.At("bin"), _folder.At("bin", "pytorch_model.bin"), ForeignDamaged);
        Refused(_folder.At("native"), _folder.At("native", "model.safetensors"), Damaged);
        Assert.Contains(Damaged, Assert.Throws<UserException>(
            () => HubertCheckpoint.Read(_folder.At("native"), ComputePrecision.Float32)).Message);
    }

    [Fact]
    public void An_output_layer_counts_and_what_is_left_out_does_not()
    {
        var path = Fixtures.At(CtcGoldenTests.Folders().First().Data);
        var tensors = SafetensorsFile.Read(Path.Combine(path, "model.safetensors")).Tensors;
        foreach (var name in new[] { "config.json", "preprocessor_config.json", "vocab.json" })
            File.Copy(Path.Combine(path, name), _folder.At(name));
        void Write(SafetensorsTensor damaged) => SafetensorsFile.Write(_folder.At("model.safetensors"),
            [.. tensors.Where(t => t.Name != damaged.Name), damaged]);

        Write(With(tensors.Single(t => t.Name == "lm_head.weight"), "F32", float.NaN));
        Refused(_folder.At(), _folder.At("model.safetensors"), "lm_head.weight");
        Write(SafetensorsTensor.Create("classifier.weight", [2], [1, float.NaN]));
        Assert.NotNull(ModelReader.Read(_folder.At()).Ctc);
    }

    /// <summary>Within the graph's file and beside it, before the first clip: what units become of NaN would tell nobody.</summary>
    [Theory]
    [InlineData(false), InlineData(true)]
    public void An_exported_model_names_tensor_and_file_when_it_is_loaded(bool outside)
    {
        OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data", Model("F32", float.NaN), new OnnxExportOptions(),
            outside ? 0 : OnnxGraph.MostInlineBytes);
        var message = Assert.Throws<UserException>(() => OnnxHubert.Open(_folder.At("x.onnx"))).Message;
        Assert.StartsWith(_folder.At(outside ? "x.onnx.data" : "x.onnx") + $": tensor '{Damaged}' of the model is not finite", message,
            StringComparison.Ordinal);
        Assert.Matches("NaN or infinity at place [0-9]+ of [0-9]+", message);
    }

    [Fact]
    public void What_overflows_in_use_is_the_models_fault_too()
    {
        var model = Model("F32", 1);
        var weights = model.Weights.ToDictionary(w => w.Key, w => w.Key == Damaged
            ? SafetensorsTensor.Create(Damaged, w.Value.Shape, [.. Enumerable.Repeat(float.MaxValue, (int)w.Value.Count)])
            : w.Value);
        OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data",
            new PortableModel(ModelFormat.Fairseq, "x", model.Description, weights), new OnnxExportOptions());
        using var onnx = OnnxHubert.Open(_folder.At("x.onnx"));
        var clip = TestClip.Create(seconds: 1);
        Assert.NotEmpty(onnx.Features(clip, [1])[0]); // the damage lies behind it
        var message = Assert.Throws<UserException>(() => onnx.Features(clip, [2])).Message;
        Assert.Contains(_folder.At("x.onnx"), message);
        Assert.Contains("'layer_2' is not finite", message);
    }

    public void Dispose() => _folder.Dispose();

    private static void Refused(string path, string file, string tensor)
    {
        var message = Assert.Throws<UserException>(() => ModelReader.Read(path)).Message;
        Assert.Contains($"'{tensor}'", message);
        Assert.Contains(file, message);
        Assert.Contains("at place 7 of ", message);
        Assert.DoesNotContain("\n", message);
    }

    /// <summary>A fixture's model with one value that is none.</summary>
    private static PortableModel Model(string type, float value)
    {
        var name = TinyModel.Names().First().Data;
        var source = ModelReader.Read(Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0]);
        var weights = source.Weights.ToDictionary(w => w.Key, w => w.Key == Damaged ? With(w.Value, type, value) : w.Value);
        return new PortableModel(ModelFormat.Fairseq, "x", source.Description, weights) { Dictionaries = source.Dictionaries };
    }

    private static SafetensorsTensor With(SafetensorsTensor tensor, string type, float value)
    {
        var values = tensor.ToSingles();
        values[7] = value;
        return tensor with
        {
            DType = type,
            Bytes = values.SelectMany(v => type switch
            {
                "F64" => BitConverter.GetBytes((double)v),
                "F16" => BitConverter.GetBytes((Half)v),
                "BF16" => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)),
                _ => BitConverter.GetBytes(v),
            }).ToArray(),
        };
    }
}
