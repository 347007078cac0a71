using System.Globalization;
using System.Text.Json.Nodes;
using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer;

/// <summary>Recordings in chunks, against the same as a whole.</summary>
public sealed class SpeechCoderTests
{
    private const int Rate = 16000;

    public static TheoryData<string> Settings =>
    [
        "{}", """{"bidirectional": false}""", """{"lstm_layers": 0, "bidirectional": false}""",
        """{"activation": "Snake", "n_residual_layers": 2}""",
        """{"strides": [5, 3], "residual_kernel_size": 5, "n_residual_layers": 3, "dilation_base": 3, "lstm_layers": 1}""",
        """{"strides": [8, 5, 4, 2], "bidirectional": false, "semantic_dimension": 5}""",
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Chunks_give_what_the_whole_gives(string settings)
    {
        using var model = Made(settings).Build(torch.CPU);
        var hop = model.Config.Hop;
        foreach (var length in (int[])[1, hop - 1, hop, (97 * hop) + 5, 260 * hop])
        {
            var samples = TokenizerFixtures.Samples(length);
            // an LSTM with such weights remembers fewer than fifty frames
            var cut = model.Encoder.Reach.LooksAhead ? Chunks(model, 100, 50) : Chunks(model, 31, 3);
            using var scope = torch.NewDisposeScope();
            var whole = model.Encode(torch.tensor(samples, [1, 1, length]));
            var codes = new SpeechCoder(model, cut).Encode(new Recording(samples), All(model));
            Assert.Equal(whole.data<long>().ToArray(), codes.Get(0, (int)codes.Frames));
            Assert.Equal(length, codes.Samples);
            var spoken = new SpeechCoder(model, Chunks(model, 31, 3)).Decode(codes).SelectMany(piece => piece).ToArray();
            var expected = TensorAssert.Values(model.Decode(whole));
            Assert.Equal(length, spoken.Length);
            TensorAssert.Near(expected[..length], spoken, 1e-5, settings);
        }
    }

    [Fact]
    public void Where_a_look_ahead_ends_only_frames_before_it_may_differ()
    {
        using var model = Made("{}").Build(torch.CPU);
        var samples = TokenizerFixtures.Samples(400 * model.Config.Hop);
        using var scope = torch.NewDisposeScope();
        var whole = model.Encode(torch.tensor(samples, [1, 1, samples.Length])).data<long>().ToArray();
        double Differing(int ahead)
        {
            var codes = new SpeechCoder(model, Chunks(model, 100, ahead)).Encode(new Recording(samples), All(model)).Get(0, 400);
            return codes.Zip(whole).Count(pair => pair.First != pair.Second) / (double)whole.Length;
        }

        Assert.True(Differing(1) < 0.2);
        Assert.Equal(0, Differing(50));
    }

    [Fact]
    public void Another_voice_repeats_from_its_start()
    {
        var range = new QuantizerRange(1, 3);
        var (said, voice) = (new TokenCodes(range, 12, Rate, 12, 60, 5), new TokenCodes(range, 12, Rate, 12, 24, 2));
        said.Set(0, 5, [.. Enumerable.Repeat(1L, 15)]);
        voice.Set(0, 2, [9, 9, 2, 3, 4, 5]);
        var mixed = said.InVoiceOf(voice);
        Assert.Equal([1, 1, 1, 1, 1, 2, 3, 2, 3, 2, 4, 5, 4, 5, 4], mixed.Get(0, 5));
        Assert.Equal(60, mixed.Samples);
    }

    [Fact]
    public void Silence_and_ten_milliseconds_have_codes()
    {
        foreach (var name in TokenizerFixtures.Names)
        {
            using var model = TokenizerFixtures.Model(name);
            foreach (var length in (int[])[1, 160, 320, 8000])
            {
                var coder = new SpeechCoder(model, ChunkOptions.OfTokenizers);
                var codes = coder.Encode(new Recording(new float[length]), All(model));
                Assert.Equal((length + 319) / 320, codes.Frames);
                var spoken = coder.Decode(codes).SelectMany(piece => piece).ToArray();
                Assert.Equal(length, spoken.Length);
                Assert.All(spoken, sample => Assert.True(float.IsFinite(sample)));
            }
        }
    }

    [Fact]
    public void Tensors_that_are_missing_surplus_or_misshapen_are_named()
    {
        var made = Made("{}");
        var name = made.Tensors.Keys.First(key => key.EndsWith("weight_v", StringComparison.Ordinal));
        string Fault(Action<Dictionary<string, Runs.Arrays.SafetensorsTensor>> change)
        {
            var tensors = new Dictionary<string, Runs.Arrays.SafetensorsTensor>(made.Tensors);
            change(tensors);
            return Assert.Throws<UserException>(() => (made with { Tensors = tensors }).Build(torch.CPU).Dispose()).Message;
        }

        Assert.Contains($"no tensor '{name}'", Fault(tensors => tensors.Remove(name)));
        Assert.Contains($"tensor '{name}' has another shape",
            Fault(tensors => tensors[name] = tensors[name] with { Shape = [1, .. tensors[name].Shape] }));
        Assert.Contains("no parameter 'more'", Fault(tensors => tensors["more"] = tensors[name]));
    }

    [Theory]
    [InlineData("encoder", float.MaxValue, "squares of the encoder's embeddings are not finite")]
    [InlineData("encoder", 1e30f, "squares of the encoder's embeddings are not finite")]
    [InlineData("decoder", float.MaxValue, "the decoder's samples are not finite")]
    public void Weights_that_overflow_give_neither_codes_nor_speech(string half, float weight, string expected)
    {
        var made = Made("{}");
        var tensors = new Dictionary<string, Runs.Arrays.SafetensorsTensor>(made.Tensors);
        var name = tensors.Keys.Where(key => key.StartsWith($"{half}.", StringComparison.Ordinal)
                && key.EndsWith("weight_g", StringComparison.Ordinal))
            .MaxBy(key => int.Parse(key.Split('.')[2], CultureInfo.InvariantCulture))!;
        tensors[name] = Runs.Arrays.SafetensorsTensor.Create(
            name, tensors[name].Shape, [.. tensors[name].ToSingles().Select(_ => weight)]);
        using var model = (made with { Tensors = tensors }).Build(torch.CPU);
        var coder = new SpeechCoder(model, Chunks(model, 31, 3));
        var message = Assert.Throws<UserException>(() =>
            coder.Decode(coder.Encode(new Recording(TokenizerFixtures.Samples(50 * model.Config.Hop)), All(model))).Count()).Message;
        Assert.StartsWith($"made: {expected}", message, StringComparison.Ordinal);
    }

    private static PortableTokenizer Made(string settings) =>
        TokenizerFixtures.Made([.. ((JsonObject)JsonNode.Parse(settings)!).Select(pair => (pair.Key, pair.Value!.DeepClone()))]);

    private static QuantizerRange All(TokenizerModel model) => new(1, model.Config.Quantizers);

    private static ChunkOptions Chunks(TokenizerModel model, int frames, int ahead) => new()
    {
        Seconds = frames * (double)model.Config.Hop / Rate,
        OverlapSeconds = ahead * (double)model.Config.Hop / Rate,
    };

    internal sealed class Recording(float[] samples) : ISampleSource
    {
        public long Length => samples.Length;

        public void Read(long start, Span<float> target)
        {
            target.Clear();
            samples.AsSpan((int)start, (int)Math.Min(target.Length, samples.Length - start)).CopyTo(target);
        }
    }
}
