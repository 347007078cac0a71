using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Tests.Models;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Features;

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
        int[] layers = [.. Enumerable.Range(1, tiny.Config.EncoderLayers).Where(layer => tiny.Inference.Contains($"single{row}_layer{layer}"))];

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
