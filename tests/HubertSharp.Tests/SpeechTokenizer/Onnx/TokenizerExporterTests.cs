using System.Text.Json.Nodes;
using HubertSharp.Interop;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Onnx;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Onnx;

/// <summary>ONNX Runtime against libtorch, and against the released program's codes.</summary>
[Trait("Part", "golden")]
public sealed class TokenizerExporterTests : IDisposable
{
    private const double Tolerance = 2e-5;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => TokenizerFixtures.Names;

    public static TheoryData<string> Settings => SpeechCoderTests.Settings;

    [Theory]
    [MemberData(nameof(Names))]
    public void Codes_are_the_released_programs_and_the_waveform_is_near(string name)
    {
        var tokenizer = TokenizerReader.Read(Fixtures.At(name));
        Write(tokenizer);
        using var onnx = OnnxTokenizer.Open(_folder.FullName);
        var (config, expected) = (tokenizer.Config, TokenizerFixtures.Expected(name));
        Assert.Equal(new OnnxTokenizerInfo(config.SampleRate, config.Hop, config.Quantizers, config.CodebookSize), onnx.Info);
        foreach (var (x, codes, decoded) in new[] { ("x", "codes", "decoded"), ("x_odd", "codes_odd", "decoded_odd") })
        {
            var (samples, stored, speech) = (expected[x], expected[codes], expected[decoded]);
            var (rows, length) = ((int)stored.Shape[1], (int)samples.Shape[^1]);
            for (var row = 0; row < rows; row++)
            {
                var found = onnx.Encode(samples.ToSingles().AsSpan(row * length, length));
                var frames = (int)stored.Shape[2];
                var wanted = stored.ToLongs();
                for (var q = 0; q < config.Quantizers; q++)
                    Assert.Equal(wanted.AsSpan(((q * rows) + row) * frames, frames).ToArray(), found[q]);
                Near(speech.ToSingles().AsSpan(row * frames * config.Hop, frames * config.Hop), onnx.Decode(found));
            }
        }
        using var scope = torch.NewDisposeScope();
        using var model = tokenizer.Build(torch.CPU);
        var all = TokenizerFixtures.Tensor(expected["codes"]).narrow(1, 0, 1);
        var later = model.Decode(all.narrow(0, 1, config.Quantizers - 1), first: 2).data<float>().ToArray();
        Near(later, onnx.Decode([.. all.data<long>().ToArray().Chunk((int)all.shape[2]).Skip(1)], first: 2));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Any_settings_and_lengths_are_libtorchs(string settings)
    {
        var tokenizer = TokenizerFixtures.Made(
            [.. ((JsonObject)JsonNode.Parse(settings)!).Select(pair => (pair.Key, pair.Value!.DeepClone()))]);
        Write(tokenizer);
        using var onnx = OnnxTokenizer.Open(_folder.FullName, threads: 1);
        using var model = tokenizer.Build(torch.CPU);
        foreach (var length in (int[])[1, 2, model.Config.Hop - 1, model.Config.Hop, (9 * model.Config.Hop) + 5])
        {
            var samples = TokenizerFixtures.Samples(length);
            using var scope = torch.NewDisposeScope();
            var codes = model.Encode(torch.tensor(samples, [1, 1, length]));
            var found = onnx.Encode(samples);
            Assert.Equal(codes.data<long>().ToArray(), found.SelectMany(row => row));
            Near(model.Decode(codes).data<float>().ToArray(), onnx.Decode(found));
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Chunks_are_those_of_libtorch(string settings)
    {
        var tokenizer = TokenizerFixtures.Made(
            [.. ((JsonObject)JsonNode.Parse(settings)!).Select(pair => (pair.Key, pair.Value!.DeepClone()))]);
        Write(tokenizer);
        using var onnx = OnnxTokenizer.Open(_folder.FullName, threads: 1);
        using var model = tokenizer.Build(torch.CPU);
        double Seconds(int frames) => frames * (double)model.Config.Hop / model.Config.SampleRate;
        foreach (var (length, ahead) in new[] { ((260 * model.Config.Hop) + 3, 20), (97 * model.Config.Hop, 2), (1, 0) })
        {
            var (samples, chunks) = (TokenizerFixtures.Samples(length),
                new ChunkOptions { Seconds = Seconds(41) + 1e-6, OverlapSeconds = Seconds(ahead) + 1e-6 });
            var coder = new SpeechCoder(model, chunks);
            var expected = coder.Encode(new SpeechCoderTests.Recording(samples), new QuantizerRange(1, model.Config.Quantizers));
            var found = onnx.Encode(new SpeechCoderTests.Recording(samples), chunks);
            Assert.Equal(expected.Get(0, (int)expected.Frames), found.SelectMany(row => row));
            var pieces = onnx.DecodeInChunks(found, chunks).ToList();
            Assert.True(length < 100 || pieces.Count > 2);
            Near([.. coder.Decode(expected).SelectMany(piece => piece)], [.. pieces.SelectMany(piece => piece).Take(length)]);
            Near(onnx.Decode(found), [.. pieces.SelectMany(piece => piece)]);
            Assert.Equal(onnx.Encode(samples).Select(row => row.Length), found.Select(row => row.Length));
        }
    }

    [Fact]
    public void What_does_not_fit_is_one_line()
    {
        var tokenizer = TokenizerFixtures.Made();
        Write(tokenizer);
        using (var onnx = OnnxTokenizer.Open(_folder.FullName))
        {
            string Fault(Action work) => Assert.Throws<UserException>(work).Message;
            Assert.Contains("a code of quantiser 2 is out of range (expected 0 to 11, found 12 at frame 1)",
                Fault(() => onnx.Decode([[0, 12]], first: 2)));
            Assert.Contains("no such quantisers (expected some of 1 to 3, found 3 to 4)", Fault(() => onnx.Decode([[0], [0]], first: 3)));
            Assert.Contains("different lengths", Fault(() => onnx.Decode([[0], [0, 1]])));
            Assert.Contains("too short", Fault(() => onnx.Encode([])));
        }
        File.Copy(_folder.At("encoder.onnx"), _folder.At("decoder.onnx"), overwrite: true);
        Assert.Contains("not this part of a tokenizer", Assert.Throws<UserException>(() => OnnxTokenizer.Open(_folder.FullName)).Message);
        Assert.Contains("does not say how it is to be used",
            Assert.Throws<UserException>(() => OnnxHubert.Open(_folder.At("encoder.onnx"))).Message);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(PortableTokenizer tokenizer)
    {
        TokenizerExporter.WriteEncoder(_folder.At(TokenizerMark.EncoderName), tokenizer);
        TokenizerExporter.WriteDecoder(_folder.At(TokenizerMark.DecoderName), tokenizer);
    }

    private static void Near(ReadOnlySpan<float> expected, float[] actual)
    {
        var largest = 1f;
        foreach (var sample in expected)
            largest = Math.Max(largest, Math.Abs(sample));
        TensorAssert.Near(expected.ToArray(), actual, Tolerance * largest, "waveform");
    }
}
