using HubertSharp.Audio;
using HubertSharp.Features.Hubert;
using HubertSharp.Models;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Features.Hubert;

/// <summary>Features of one utterance against <c>singleB_layerK</c> of the fixtures; 2e-5 is the fixtures' own tolerance.</summary>
[Trait("Part", "golden")]
public class HubertFeatureGoldenTests
{
    private const float Tolerance = 2e-5f;

    [Theory, MemberData(nameof(TinyModel.Names), MemberType = typeof(TinyModel))]
    public void Every_layer_of_one_utterance(string name)
    {
        using var tiny = new TinyModel(name);
        var extractor = new HubertFeatureExtractor(tiny.Model);
        var row = Enumerable.Range(0, tiny.Clips.Count).First(b => tiny.Inference.Contains($"single{b}_layer1"));
        int[] layers =
        [
            .. Enumerable.Range(1, tiny.Config.EncoderLayers).Where(layer => tiny.Inference.Contains($"single{row}_layer{layer}")),
        ];

        var waveform = AudioFile.Read(tiny.WavePaths[row], TestContext.Current.CancellationToken);
        var features = extractor.Extract(waveform, layers);

        for (var i = 0; i < layers.Length; i++)
        {
            var expected = tiny.Inference[$"single{row}_layer{layers[i]}"];
            Assert.Equal([extractor.Frames(waveform.Length), extractor.Dimensions], expected.Shape.Select(size => (int)size));
            AllClose(expected.ToSingles(), features[i]);
            AllClose(features[i], extractor.Extract(waveform, [layers[i]])[0]); // stopping early changes nothing
        }
    }

    /// <summary>hidden_states[N] of transformers: the last layer of pre-LN models is the normalised one.</summary>
    [Theory, MemberData(nameof(TinyModel.Names), MemberType = typeof(TinyModel))]
    public void Transformers_convention_differs_in_the_last_layer_only(string name)
    {
        using var tiny = new TinyModel(name);
        var fairseq = new HubertFeatureExtractor(tiny.Model);
        var transformers = new HubertFeatureExtractor(tiny.Model, convention: FeatureConvention.Transformers);
        var (first, last) = (1, fairseq.Layers);
        for (var row = 0; row < tiny.Clips.Count; row++)
        {
            var waveform = AudioFile.Read(tiny.WavePaths[row], TestContext.Current.CancellationToken);
            var (theirs, ours) = (transformers.Extract(waveform, [first, last]), fairseq.Extract(waveform, [first, last]));
            // the other epsilon of the normalised waveform shows in the fourth digit
            TensorAssert.Near(tiny.Inference[$"single{row}_x"].ToSingles(), theirs[1], tiny.Task.Normalize ? 1e-3 : 2e-5, "last layer");
            TensorAssert.Near(ours[0], theirs[0], tiny.Task.Normalize ? 1e-3 : 0, "first layer");
            Assert.Equal(tiny.Config.LayerNormFirst, ours[1].Zip(theirs[1]).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-2));
        }
        var (a, b) = (fairseq.Describe(last, "x"), transformers.Describe(last, "x"));
        Assert.NotNull(a.DifferenceFrom(b));
        Assert.Equal(tiny.Task.Normalize ? "normalised" : "unit", a.Waveform);
    }

    /// <summary>Chunks are extracted one by one and joined; a tail too short for a frame adds none.</summary>
    [Theory, MemberData(nameof(TinyModel.Names), MemberType = typeof(TinyModel))]
    public void Chunks_are_joined(string name)
    {
        using var tiny = new TinyModel(name);
        var chunk = (tiny.Clips[0].Length - 100) / 2;
        var extractor = new HubertFeatureExtractor(tiny.Model, chunk);
        Assert.Equal(2 * new HubertFeatureExtractor(tiny.Model).Frames(chunk), extractor.Frames(tiny.Clips[0].Length));

        var features = extractor.Extract(AudioFile.Read(tiny.WavePaths[0], TestContext.Current.CancellationToken), [1])[0];

        // the clip is normalised as a whole, where it is, and then cut
        using var scope = NewDisposeScope();
        float[] First(float[] samples) => [.. tiny.Model.ExtractLayers(samples)[0].data<float>()];
        AllClose([.. First(tiny.Clips[0][..chunk]), .. First(tiny.Clips[0][chunk..(2 * chunk)])], features);
    }

    private static void AllClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"[{i}]: expected {expected[i]}, found {actual[i]}");
    }
}
