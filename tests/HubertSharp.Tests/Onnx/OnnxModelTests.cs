using HubertSharp.Cli;
using HubertSharp.Clustering;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Models;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Models.Ctc;
using HubertSharp.Tests.Tensors;

namespace HubertSharp.Tests.Onnx;

public sealed class OnnxModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Names() => TinyModel.Names();

    private static string Checkpoint(string name) => Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0];

    private string Place => _folder.At("x.onnx");

    /// <summary>
    /// Units are the nearest centroids; the k-means model's own layer and convention are taken, another model's features refused.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void Units_are_the_nearest_centroids(string name)
    {
        var source = ModelReader.Read(Checkpoint(name));
        using var model = source.Build(ComputePrecision.Float32);
        var extractor = new HubertFeatureExtractor(model);
        var clip = TestClip.Create(source.Description.Task.SampleRate, 6);
        var layer = source.Description.Model.EncoderLayers - 1;
        var frames = extractor.Extract(clip, [layer])[0];
        var width = extractor.Dimensions;
        var kmeans = new KMeansModel([.. Enumerable.Range(0, 12).SelectMany(k => frames.AsSpan(k * 20 * width, width).ToArray())], width)
        {
            Features = extractor.Describe(layer, ModelIdentity.Of(source)),
        };
        kmeans.Save(_folder.At("km.safetensors"));
        var options = Options(Checkpoint(name));
        var report = OnnxConversion.Run(options, [], _folder.At("km.safetensors"), FeatureConvention.Fairseq, int8: false);
        Assert.Equal("units", Assert.Single(report.Outputs).Name);
        Assert.Empty(report.Notices);
        using var onnx = OnnxHubert.Open(Place);
        Assert.Equal((OnnxModelKind.Units, 12), (onnx.Info.Kind, onnx.Info.Clusters));
        var expected = kmeans.Assign(frames);
        var units = onnx.Units(clip);
        Assert.Equal(expected.Length, units.Length);
        Assert.InRange(units.Zip(expected).Count(pair => pair.First != pair.Second), 0, expected.Length / 100); // ties of rounding
        Assert.True(units.Distinct().Count() > 3);

        Assert.Contains("fitted on other features",
            Assert.Throws<UserException>(() => OnnxConversion.Run(options with { Force = true }, [layer == 1 ? 2 : 1],
                _folder.At("km.safetensors"), FeatureConvention.Fairseq, false)).Message);
        new KMeansModel(kmeans.Centroids, width).Save(_folder.At("bare.safetensors"));
        Assert.Contains("--layer",
            Assert.Throws<UserException>(() => OnnxConversion.Run(options with { Force = true }, [], _folder.At("bare.safetensors"),
                FeatureConvention.Fairseq, false)).Message);
        Assert.Contains("not checked", Assert.Single(OnnxConversion.Run(options with { Force = true }, [layer],
            _folder.At("bare.safetensors"), FeatureConvention.Fairseq, false).Notices));
    }

    [Theory, MemberData(nameof(Names))]
    public void Eight_bits_state_their_error(string name)
    {
        var whole = OnnxConversion.Run(Options(Checkpoint(name)), [], null, FeatureConvention.Fairseq, int8: false);
        var size = new FileInfo(Place).Length;
        var report = OnnxConversion.Run(Options(Checkpoint(name)) with { Force = true, Tolerance = OnnxConversion.DefaultInt8Tolerance },
            [], null, FeatureConvention.Fairseq, int8: true);
        Assert.True(report.IsRelative);
        Assert.InRange(report.LargestError, 1e-4, 0.1); // some, and little
        Assert.True(whole.LargestError < 1e-4);
        Assert.InRange(new FileInfo(Place).Length, 0, size * 9 / 10);
        using var model = OnnxHubert.Open(Place);
        Assert.Equal("int8", model.Info.Precision);
        var fault = Assert.Throws<UserException>(() => OnnxConversion.Run(Options(Checkpoint(name)) with { Force = true, Tolerance = 1e-6 },
            [], null, FeatureConvention.Fairseq, int8: true));
        Assert.Contains("not equivalent", fault.Message);
    }

    /// <summary>Chunks give as many frames as the whole; with all of it in one chunk the same numbers, and near ones else.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Long_recordings_come_in_chunks(string name)
    {
        var source = ModelReader.Read(Checkpoint(name));
        OnnxExporter.Write(Place, "x.onnx.data", source, new OnnxExportOptions { Layers = [1, 2] });
        using var model = OnnxHubert.Open(Place);
        var clip = TestClip.Create(source.Description.Task.SampleRate, 21.3);
        var whole = model.Features(clip, [2, 1]);
        foreach (var (seconds, overlap) in new[] { (100.0, 2.0), (8.0, 2.0), (5.0, 0.0), (1.0, 0.5) })
        {
            var recording = new ArraySource(clip);
            var blocks = OnnxStream.Features(model, recording, [2, 1],
                new ChunkOptions { Seconds = seconds, OverlapSeconds = overlap }).ToList();
            var frame = 0L;
            foreach (var block in blocks)
            {
                Assert.Equal(frame, block.FirstFrame);
                frame += block.Frames;
                Assert.All(block.Values, values => Assert.Equal(block.Frames * model.Info.Width, values.Length));
            }
            Assert.Equal(model.Info.Frames(clip.Length), frame);
            var joined = blocks.SelectMany(block => block.Values[0]).ToArray();
            if (seconds > 21.3)
                TensorAssert.Near(whole[0], joined, 1e-5, "one chunk");
            else
                // the statistics' pieces, or a chunk
                Assert.InRange(recording.Largest, 0, Math.Max(16000 * 10, (int)((seconds + (2 * overlap) + 0.1) * 16000)));
            if (overlap >= 2)
                Assert.InRange(TensorAssert.RelativeDistance(joined, whole[0]), 0, 0.35);

            var told = OnnxStream.Difference(model, recording, 2, new ChunkOptions { Seconds = seconds, OverlapSeconds = overlap },
                TestContext.Current.CancellationToken);
            Assert.Equal((blocks.Count - 1, clip.Length / 16000.0), (told.Cuts, told.Seconds));
            Assert.Equal(told.Cuts > 0 && overlap > 0, told.NearCuts > 0);
            Assert.InRange(TensorAssert.RelativeDistance(joined, whole[0]), Math.Min(told.NearCuts, told.AwayFromCuts),
                Math.Max(told.NearCuts, told.AwayFromCuts) + 1e-9);
        }
        Assert.Contains("chunk",
            Assert.Throws<UserException>(() => OnnxStream.Features(model, new ArraySource(clip), [1],
                new ChunkOptions { Seconds = 3, OverlapSeconds = 2 })).Message);
        Assert.Contains("at least 400 samples, found 399",
            Assert.Throws<UserException>(() => OnnxStream.Features(model, new ArraySource(new float[399]), [1])).Message);
        Assert.Single(OnnxStream.Features(model, new ArraySource(new float[400]), [1]));
    }

    [Fact]
    public void Text_and_units_stream_too()
    {
        var ctc = CtcGoldenTests.Folders().First().Data;
        OnnxExporter.Write(Place, "x.onnx.data", ModelReader.Read(Fixtures.At(ctc)), new OnnxExportOptions());
        using (var model = OnnxHubert.Open(Place))
        {
            var clip = TestClip.Create(model.Info.SampleRate, 5);
            Assert.Equal(model.Transcribe(clip), OnnxStream.Transcribe(model, new ArraySource(clip)));
            Assert.Throws<UserException>(() => model.Units(clip));
            Assert.Throws<UserException>(() => model.Features(clip, [1]));
        }
        var source = ModelReader.Read(Checkpoint(Names().First().Data));
        var width = source.Description.Model.EncoderEmbedDim;
        OnnxExporter.Write(Place, "x.onnx.data", source,
            new OnnxExportOptions { Layers = [1], Centroids = [.. Enumerable.Range(0, 5 * width).Select(i => MathF.Sin(i))] });
        using var units = OnnxHubert.Open(Place);
        var recording = TestClip.Create(units.Info.SampleRate, 5);
        Assert.Equal(units.Units(recording), OnnxStream.Units(units, new ArraySource(recording)).SelectMany(block => block.Values[0]));
    }

    /// <summary>More than a protobuf message can hold lies beside it; here with a limit of nothing.</summary>
    [Fact]
    public void Weights_may_lie_beside_the_graph()
    {
        var source = ModelReader.Read(Checkpoint(Names().First().Data));
        OnnxExporter.Write(Place, "x.onnx.data", source, new OnnxExportOptions());
        OnnxExporter.Write(_folder.At("y.onnx"), "y.onnx.data", source, new OnnxExportOptions(), mostInlineBytes: 0);
        Assert.True(new FileInfo(_folder.At("y.onnx")).Length < new FileInfo(_folder.At("y.onnx.data")).Length);
        var clip = TestClip.Create(source.Description.Task.SampleRate, 1);
        using var inline = OnnxHubert.Open(Place);
        using var beside = OnnxHubert.Open(_folder.At("y.onnx"));
        Assert.Equal(inline.Features(clip, [1])[0], beside.Features(clip, [1])[0]);
    }

    [Fact]
    public void Other_files_and_layers_are_refused_in_one_line()
    {
        string Fault(Action action)
        {
            var fault = Assert.Throws<UserException>(action);
            Assert.DoesNotContain('\n', fault.Message);
            return fault.Message;
        }

        Assert.Contains("no such file", Fault(() => OnnxHubert.Open(_folder.At("absent.onnx"))));
        File.WriteAllText(Place, "not a model");
        Assert.Contains("cannot load", Fault(() => OnnxHubert.Open(Place)));
        var checkpoint = Checkpoint(Names().First().Data);
        OnnxExporter.Write(Place, "x.onnx.data", ModelReader.Read(checkpoint), new OnnxExportOptions { Layers = [1] });
        using var model = OnnxHubert.Open(Place);
        Assert.Contains("does not give this layer", Fault(() => model.Features(new float[16000], [2])));
        Assert.Contains("too short", Fault(() => model.Features(new float[10], [1])));
        Assert.Contains("no such layer",
            Fault(() => OnnxConversion.Run(Options(checkpoint) with { Force = true }, [99], null, FeatureConvention.Fairseq, false)));
    }

    public void Dispose() => _folder.Dispose();

    private ConversionOptions Options(string input) =>
        new() { Input = input, Output = Place, Format = ModelFormat.Onnx, Tolerance = OnnxConversion.DefaultTolerance };
}
