using System.Text.Json;
using HubertSharp.Decoding;
using HubertSharp.Decoding.Formats;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Tests.Snapshots;

namespace HubertSharp.Tests.Decoding.Formats;

public class TranscriptTextTests
{
    private static readonly RecordingTranscript s_english = new("talks/a b", "/data/talks/a b.wav", 12.5,
    [
        Reading("IT IS <A> \"TEST\" OF WORDS THAT ARE A GREAT DEAL LONGER THAN ONE LINE OF A SUBTITLE CAN EVER BE & SO ON", 0.5),
        Reading("IT IS", 1),
    ]);

    private static readonly RecordingTranscript s_chinese = new("zh", "zh.flac", 3,
        [new Transcript("你好嗎", [new("你", 0, 0.2, 1), new("好", 0.2, 0.4, 0.5), new("嗎", 2.5, 3, 0.25)], -3, -2, null)]);

    [Theory]
    [InlineData(TranscriptFormat.Text)]
    [InlineData(TranscriptFormat.Json)]
    [InlineData(TranscriptFormat.Ctm)]
    [InlineData(TranscriptFormat.Srt)]
    [InlineData(TranscriptFormat.Vtt)]
    [InlineData(TranscriptFormat.TextGrid)]
    public void A_transcript_looks_as_ever(TranscriptFormat format)
    {
        var ending = TranscriptText.Ending(format);
        Snapshot.Check($"tests/snapshots/transcripts/en{ending}", TranscriptText.Of(s_english, format, isOneOfSeveral: false));
        Snapshot.Check($"tests/snapshots/transcripts/zh{ending}", TranscriptText.Of(s_chinese, format, isOneOfSeveral: true));
    }

    [Fact]
    public void Nothing_said_is_no_fault()
    {
        var silent = new RecordingTranscript("a", "a.wav", 1, [new Transcript("", [], 0, 0, null)]);
        Assert.Equal("a\t\n", TranscriptText.Of(silent, TranscriptFormat.Text, isOneOfSeveral: true));
        Assert.Equal("", TranscriptText.Of(silent, TranscriptFormat.Ctm, false));
        Assert.Equal("", TranscriptText.Of(silent, TranscriptFormat.Srt, false));
        Assert.Equal("WEBVTT\n\n", TranscriptText.Of(silent, TranscriptFormat.Vtt, false));
        Assert.Contains("intervals: size = 1", TranscriptText.Of(silent, TranscriptFormat.TextGrid, false));
        Assert.Equal("", JsonDocument.Parse(TranscriptText.Of(silent, TranscriptFormat.Json, true)).RootElement.Text("text"));
    }

    [Fact]
    public void Cues_follow_each_other_and_hold_every_word()
    {
        var random = new Random(3);
        var words = new List<TimedWord>();
        for (var at = 0.0; words.Count < 300; at = words[^1].End)
        {
            var start = Math.Round(at + (random.NextDouble() < 0.1 ? random.NextDouble() * 3 : 0.02), 2);
            words.Add(new TimedWord(new string('W', random.Next(1, 30)), start, Math.Round(start + (random.NextDouble() * 2), 2), 1));
        }
        var cues = Cue.Of(new Transcript("", words, 0, 0, null));
        Assert.Equal(words.Select(word => word.Text), cues.SelectMany(cue => cue.Lines).SelectMany(line => line.Split(' ')));
        Assert.All(cues, cue => Assert.InRange(cue.Lines.Count, 1, 2));
        Assert.All(cues, cue => Assert.All(cue.Lines, line => Assert.InRange(line.Length, 1, 42)));
        Assert.All(cues.Zip(cues.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start && pair.First.Start < pair.First.End));
    }

    private static Transcript Reading(string text, double step) =>
        new(text, [.. text.Split(' ').Select((word, i) => new TimedWord(word, Math.Round(i * step, 2), Math.Round((i * step) + 0.3, 2),
            0.25))], -10.25, -8, -3.5);
}
