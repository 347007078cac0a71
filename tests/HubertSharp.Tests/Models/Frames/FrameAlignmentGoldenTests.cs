using System.Text.Json;
using HubertSharp.Models.Frames;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Models.Frames;

/// <summary>Every recorded row of <c>forward_targets</c> and <c>forward_padding_mask</c>; integers exact.</summary>
[Trait("Part", "golden")]
public class FrameAlignmentGoldenTests
{
    [Fact]
    public void Frames_and_targets_are_fairseqs()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("labels", "forward_targets_padding.json")));
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            int Value(string key) => row.GetProperty(key).GetInt32();
            var alignment = new FrameAlignment(new ModelConfig().ConvFeatureLayers, row.GetProperty("label_rate").GetDouble(), 16000);
            Assert.Equal(Value("T"), alignment.Frames(Value("wav_len")));
            var frames = alignment.TrimmedFrames(Value("T"), Value("label_len"));
            Assert.Equal(Value("T_after_trim"), frames);
            var first = row.GetProperty("target_index_first3").EnumerateArray().Select(i => i.GetInt32()).ToArray();
            Assert.Equal(first, Enumerable.Range(0, first.Length).Select(alignment.TargetIndex));
            Assert.Equal(Value("target_index_last"), alignment.TargetIndex(frames - 1));
            Assert.Equal(Value("valid_frames"), FrameAlignment.ValidFrames(Value("wav_len"), Value("valid_samples"), frames));
        }
    }

    [Fact]
    public void Too_few_samples_make_no_frame()
    {
        var alignment = new FrameAlignment(new ModelConfig().ConvFeatureLayers, 50, 16000);
        Assert.Equal(0, alignment.Frames(399));
        Assert.Equal(1, alignment.Frames(400));
    }
}
