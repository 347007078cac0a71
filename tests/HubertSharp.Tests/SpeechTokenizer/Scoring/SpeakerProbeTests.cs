using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;
using HubertSharp.SpeechTokenizer.Scoring;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Scoring;

/// <summary>Codes that tell who speaks, and codes that do not.</summary>
public sealed class SpeakerProbeTests
{
    [Fact]
    public void The_quantisers_that_carry_the_voice_tell_who_speaks()
    {
        using var model = TokenizerFixtures.Made().Build(torch.CPU);
        var (config, random) = (model.Config, new Random(5));
        // quantiser 1 draws from all codes, the others from two that are a speaker's own
        RecordingScores Recording(int i)
        {
            const int Frames = 60;
            var codes = new TokenCodes(new QuantizerRange(1, config.Quantizers), config.CodebookSize, config.SampleRate, config.Hop,
                Frames * config.Hop, Frames);
            codes.Set(0, Frames, [.. Enumerable.Range(0, config.Quantizers * Frames).Select(place =>
                place < Frames ? random.NextInt64(config.CodebookSize) : (2 * (i % 3)) + random.NextInt64(2))]);
            return new RecordingScores($"{i}", Frames * config.Hop, codes, 0, null, []);
        }
        RecordingScores[] scores = [.. Enumerable.Range(0, 60).Select(Recording)];
        string SpeakerOf(string name) => $"speaker {int.Parse(name, System.Globalization.CultureInfo.InvariantCulture) % 3}";
        var told = SpeakerProbe.Of(scores, model, SpeakerOf, 1337, TestContext.Current.CancellationToken);
        Assert.Equal([(1, 1), (2, 3)], told.Select(content => (content.First, content.Last)));
        Assert.All(told, content => Assert.Equal((3, 60), (content.Speakers, content.Recordings)));
        Assert.InRange(told[0].Accuracy.Value, 0, 0.7);
        Assert.InRange(told[1].Accuracy.Value, 0.95, 1);
        Assert.Empty(SpeakerProbe.Of(scores, model, _ => "one", 1337, TestContext.Current.CancellationToken));
        Assert.Empty(SpeakerProbe.Of(scores[..12], model, SpeakerOf, 1337, TestContext.Current.CancellationToken));
    }
}
