using HubertSharp.Cli;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models.Mel;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Onnx;

/// <summary>Models with log-mel front ends in other forms: spectra are part of the graph, programs without them are named.</summary>
public sealed class OnnxMelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("mel20", "post")]
    [InlineData("mel40", "pre")]
    public void Every_form_is_the_same_model_or_says_that_there_is_none(string frontend, string norm)
    {
        var source = Checkpoint(frontend, norm == "pre");
        ConversionOptions Options(ModelFormat format, string name) => new()
        {
            Input = source,
            Output = _folder.At(name),
            Format = format,
            Tolerance = format == ModelFormat.Onnx ? OnnxConversion.DefaultTolerance : ConversionOptions.DefaultTolerance,
        };

        var native = ModelConverter.Run(Options(ModelFormat.Native, "native"));
        Assert.Equal((native.Tensors, 0.0), (native.BitEqualTensors, native.LargestError));
        Assert.Equal(ModelIdentity.Of(source), ModelIdentity.Of(_folder.At("native")));
        Assert.Equal(7.5f, ModelReader.Read(_folder.At("native")).Buffers[HubertBuffers.MelMean].ToSingles()[3]);

        var onnx = OnnxConversion.Run(Options(ModelFormat.Onnx, "x.onnx"), [], null, FeatureConvention.Fairseq, int8: false);
        Assert.InRange(onnx.LargestError, 0, OnnxConversion.DefaultTolerance);
        foreach (var (format, program) in new[] { (ModelFormat.HuggingFace, "transformers"), (ModelFormat.Fairseq, "fairseq") })
        {
            var message = Assert.Throws<UserException>(() => ModelConverter.Run(Options(format, "other.pt"))).Message;
            Assert.Contains($"{program} has no HuBERT with model.frontend={frontend}", message);
            Assert.Contains("convert to 'native' or 'onnx'", message);
            Assert.DoesNotContain('\n', message);
        }
    }

    /// <summary>A padded batch in the graph is the padded batch of our model, and a clip has as many frames as the graph says.</summary>
    [Theory]
    [InlineData("mel20")]
    [InlineData("mel40")]
    public void A_padded_batch_is_ours(string frontend)
    {
        var portable = ModelReader.Read(Checkpoint(frontend, normFirst: false));
        OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data", portable, new OnnxExportOptions());
        using var model = portable.Build(ComputePrecision.Float32);
        using var onnx = OnnxHubert.Open(_folder.At("x.onnx"));
        var (first, second) = (MelFrontEndTests.Sound(1.3, 1), MelFrontEndTests.Sound(0.87, 2));
        float[] source = [.. first, .. second, .. new float[first.Length - second.Length]];
        long[] lengths = [first.Length, second.Length];
        using var scope = NewDisposeScope();
        var expected = model.ExtractLayers(source, lengths)[1].data<float>().ToArray();
        var found = onnx.RunBatch<float>(source, lengths, ["layer_2"])[0];
        Assert.Equal(expected.Length, found.Length);
        var valid = (found.Length / 2) + (model.Alignment.Frames(second.Length) * 24); // what lies behind is padding, of rounding errors
        Assert.All(expected.Zip(found).Take(valid), pair => Assert.Equal(pair.First, pair.Second, OnnxConversion.DefaultTolerance));
        for (var samples = 700; samples < 3000; samples += 111)
            Assert.Equal(model.Alignment.Frames(samples), onnx.Info.Frames(samples));
    }

    [Theory]
    [InlineData("linear", null, "prediction_head=linear")]
    [InlineData("cosine", new[] { 1, 2 }, "predict_layers=[1, 2]")]
    public void Heads_of_other_kinds_have_a_place_in_our_files_alone(string head, int[]? layers, string named)
    {
        var source = Checkpoint(Frontends.Waveform, normFirst: true, head, layers);
        var options = new ConversionOptions { Input = source, Output = _folder.At("hf"), Format = ModelFormat.HuggingFace };
        ModelConverter.Run(options);
        var read = ModelReader.Read(_folder.At("hf"));
        Assert.Equal(ModelReader.Read(source).Weights.Keys, read.Weights.Keys);
        var message = Assert.Throws<UserException>(() =>
            ModelConverter.Run(options with { Output = _folder.At("x.pt"), Format = ModelFormat.Fairseq })).Message;
        Assert.Contains($"fairseq has no HuBERT with model.{named}", message);
    }

    public void Dispose() => _folder.Dispose();

    private string Checkpoint(string frontend, bool normFirst, string head = "linear", int[]? layers = null)
    {
        var config = MelFrontEndTests.Config(frontend) with
        {
            LayerNormFirst = normFirst,
            PredictionHead = head,
            PredictLayers = frontend == Frontends.Waveform ? layers : [1, 2],
            FinalDim = head == "linear" ? 0 : 8,
        };
        using var model = new HubertModel(config, new TaskConfig { Labels = ["km"] }, [14], ComputePrecision.Float32);
        model.Initialise(5);
        using (no_grad())
        using (NewDisposeScope())
        {
            if (frontend != Frontends.Waveform)
                model.Buffers[HubertBuffers.MelMean][3].fill_(Scalars.Of(7.5));
        }
        Directory.CreateDirectory(_folder.At("checkpoint"));
        HubertCheckpoint.Write(_folder.At("checkpoint"), model);
        return _folder.At("checkpoint");
    }
}
