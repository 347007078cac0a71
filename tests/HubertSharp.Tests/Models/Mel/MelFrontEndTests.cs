using HubertSharp.Audio.Spectra;
using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Models.Mel;

/// <summary>The log-mel front ends against plain formulas, and what padding and masks may not change.</summary>
public class MelFrontEndTests
{
    [Theory]
    [InlineData("mel20", 40)]
    [InlineData("mel40", 80)]
    public void Energies_are_those_of_the_formulas(string frontend, int bins)
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(frontend);
        var samples = Sound(0.3, 1);
        samples.AsSpan(3000, 900).Clear(); // digital silence
        var expected = MelOracle.Energies(samples, bins);
        var layout = new MelWindows.Layout(expected.Length + 3, 2, expected.Length);
        var batch = new HubertBatch(samples, [samples.Length], [], mask: null);
        foreach (var energies in new[] { parts.FrontEnd.OnHost(batch, layout), parts.FrontEnd.OnDevice(batch, layout) })
        {
            var values = energies.data<float>().ToArray();
            Assert.All(values[..(2 * bins)], v => Assert.Equal(0, v));
            Assert.All(values[^bins..], v => Assert.Equal(0, v));
            for (var window = 0; window < expected.Length; window++)
            {
                for (var bin = 0; bin < bins; bin++)
                    Assert.Equal((expected[window][bin] - MelStatistics.UsualMean) / MelStatistics.UsualDeviation,
                        values[((window + 2) * bins) + bin], 2e-4); // float32 of sums of 400 products
            }
        }
    }

    /// <summary>Two windows stacked every 20 ms, and one frame over every fourth window, as far as there are windows.</summary>
    [Fact]
    public void Frames_follow_from_windows()
    {
        for (var samples = 300L; samples < 4000; samples += 37)
        {
            var windows = samples < 400 ? 0 : 1 + ((samples - 400) / 160);
            Assert.Equal(windows / 2, new FrameAlignment(Config("mel20"), 50, 16000).Frames(samples));
            Assert.Equal((windows + 3) / 4, new FrameAlignment(Config("mel40"), 50, 16000).Frames(samples));
        }
        Assert.Equal((320, 1.0), Places("mel20"));
        Assert.Equal((640, 2.0), Places("mel40")); // every second label of 50 per second

        static (long, double) Places(string frontend) =>
            new FrameAlignment(Config(frontend), 50, 16000) is var places ? (places.StrideSamples, places.TargetsPerFrame) : default;
    }

    [Theory]
    [InlineData("mel20", 0)]
    [InlineData("mel40", 1)] // the last frame sees a convolution's bias beyond the end of its row
    public void A_padded_row_is_the_row_alone(string frontend, int last)
    {
        using var scope = NewDisposeScope();
        using var model = new HubertModel(Config(frontend), new TaskConfig(), [], ComputePrecision.Float32);
        model.Initialise(3);
        var (longer, shorter) = (Sound(1, 5), Sound(0.61, 6));
        var padded = new float[longer.Length];
        shorter.CopyTo(padded, 0);
        var batch = new HubertBatch([.. longer, .. padded], [longer.Length, shorter.Length], [], mask: null);
        var alone = new HubertBatch(shorter, [shorter.Length], [], mask: null);
        var frames = model.Alignment.Frames(shorter.Length);
        var expected = model.Encoder.Features(alone, frames, out _)[0].narrow(0, 0, frames - last);
        var found = model.Encoder.Features(batch, model.FramesOf(batch), out _)[1].narrow(0, 0, frames - last);
        Assert.InRange((expected - found).abs().max().item<float>(), 0, 1e-6);
    }

    /// <summary>Warped filters see of a sound what the usual ones see of the sound with its frequencies divided by the factor.</summary>
    [Theory]
    [InlineData(0.8)]
    [InlineData(1.25)]
    public void A_warp_moves_frequencies(double warp)
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts("mel20");
        foreach (var hertz in new[] { 600.0, 1700, 3100 })
        {
            Assert.Equal(Loudest(hertz, null), Loudest(hertz / warp, warp));
            Assert.NotEqual(Loudest(hertz, null), Loudest(hertz, warp));
        }

        int Loudest(double frequency, double? factor)
        {
            float[] tone = [.. Enumerable.Range(0, 4000).Select(i => (float)(0.1 * Math.Sin(2 * Math.PI * frequency * i / 16000)))];
            var batch = new HubertBatch(tone, [tone.Length], [], mask: null);
            var energies = parts.FrontEnd.Forward(batch, 11, hidden: null, factor is { } f ? [f] : null)[0, 5].data<float>().ToArray();
            return Array.IndexOf(energies[..40], energies[..40].Max());
        }
    }

    [Fact]
    public void Warped_rows_are_the_same_on_every_device()
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts("mel40");
        var sound = Sound(0.5, 7);
        var batch = new HubertBatch([.. sound, .. sound], [sound.Length, sound.Length], [], mask: null);
        var layout = new MelWindows.Layout(48, 0, 48);
        MelFilterBank[] filters = [new(80, 0.85), new(80, 1.1)];
        var (host, device) = (parts.FrontEnd.OnHost(batch, layout, filters), parts.FrontEnd.OnDevice(batch, layout, filters));
        Assert.InRange((host - device).abs().max().item<float>(), 0, 2e-4);
        Assert.NotInRange((host[0] - host[1]).abs().max().item<float>(), 0, 0.01);
    }

    /// <summary>Voices change in training alone, from the step's seed.</summary>
    [Fact]
    public void Vtlp_is_for_training()
    {
        using var scope = NewDisposeScope();
        using var model = new HubertModel(Config("mel20") with { Vtlp = 0.2 }, new TaskConfig(), [8], ComputePrecision.Float32);
        model.Initialise(3);
        var sound = Sound(1, 5);
        var frames = model.Alignment.Frames(sound.Length);
        Tensor Encoded(bool training, ulong seed)
        {
            var batch = new HubertBatch(sound, [sound.Length], [[.. Enumerable.Repeat(4L, frames)]], new bool[frames]);
            return model.Encoder.Encode(batch, BatchFrames.Of(model, batch, 1), new StepContext(training, seed, false), out _);
        }
        Assert.Equal(0, (Encoded(false, 1) - Encoded(false, 2)).abs().max().item<float>());
        Assert.Equal(0, (Encoded(true, 1) - Encoded(true, 1)).abs().max().item<float>());
        Assert.NotEqual(0, (Encoded(true, 1) - Encoded(true, 2)).abs().max().item<float>());
        Assert.NotEqual(0, (Encoded(true, 1) - Encoded(false, 1)).abs().max().item<float>());
    }

    /// <summary>With the mask at the input nothing that is heard under it reaches any frame.</summary>
    [Theory]
    [InlineData("mel20")]
    [InlineData("mel40")]
    public void Hidden_input_is_not_heard(string frontend)
    {
        using var scope = NewDisposeScope();
        var config = Config(frontend) with { MaskPlace = MaskPlaces.Input };
        using var model = new HubertModel(config, new TaskConfig(), [8], ComputePrecision.Float32);
        model.Initialise(3);
        var sound = Sound(1, 5);
        var frames = model.Alignment.Frames(sound.Length);
        var mask = new bool[frames];
        mask.AsSpan(8, 8).Fill(true);
        var changed = sound.ToArray();
        var (stride, from) = ((int)model.Alignment.StrideSamples, 9);
        for (var i = from * stride; i < 14 * stride; i++)
            changed[i] = -changed[i] + 0.3f;
        Tensor Encoded(float[] source)
        {
            var batch = new HubertBatch(source, [source.Length], [[.. Enumerable.Repeat(4L, frames * 4)]], mask);
            return model.Encoder.Encode(batch, BatchFrames.Of(model, batch, 1), default, out _);
        }
        Assert.Equal(0, (Encoded(sound) - Encoded(changed)).abs().max().item<float>());
        mask.AsSpan().Clear();
        mask[2] = true;
        Assert.NotEqual(0, (Encoded(sound) - Encoded(changed)).abs().max().item<float>());
    }

    internal static ModelConfig Config(string frontend) => new()
    {
        Frontend = frontend,
        LabelRate = 50,
        EncoderLayers = 2,
        EncoderEmbedDim = 24,
        EncoderFfnEmbedDim = 32,
        EncoderAttentionHeads = 3,
        ConvPos = 9,
        ConvPosGroups = 4,
        FinalDim = 8,
        Dropout = 0,
        AttentionDropout = 0,
    };

    internal static float[] Sound(double seconds, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)(16000 * seconds))
            .Select(i => (float)((0.2 * Math.Sin(i * 0.11 * (1 + (i / 9000.0)))) + (0.03 * (random.NextDouble() - 0.5))))];
    }

    private sealed class Parts : IDisposable
    {
        private readonly ParameterStore _parameters;

        public Parts(string frontend)
        {
            _parameters = new ParameterStore(HubertParameters.Of(Config(frontend), []), ComputePrecision.Float32, CPU);
            FrontEnd = new MelFrontEnd(Config(frontend), _parameters);
        }

        public MelFrontEnd FrontEnd { get; }

        public void Dispose()
        {
            FrontEnd.Dispose();
            _parameters.Dispose();
        }
    }
}
