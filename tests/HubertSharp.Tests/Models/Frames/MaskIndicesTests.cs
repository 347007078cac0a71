using HubertSharp.Models.Frames;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Models.Frames;

public class MaskIndicesTests
{
    [Theory]
    [InlineData("static", 0)]
    [InlineData("uniform", 3)]
    [InlineData("normal", 2)]
    [InlineData("poisson", 0)]
    public void Every_selection_masks_valid_frames_only_and_repeats(string selection, double other)
    {
        foreach (var apart in new[] { false, true })
        {
            var settings = new MaskSettings { Probability = 0.5, SpanLength = 6, Selection = selection, Other = other, NoOverlap = apart };
            for (var seed = 0UL; seed < 200; seed++)
            {
                var mask = MaskIndices.Draw([80, 61], 80, settings, seed);
                Assert.Equal(mask, MaskIndices.Draw([80, 61], 80, settings, seed));
                Assert.False(mask.AsSpan(80 + 61).Contains(true));
                Assert.Equal(mask.AsSpan(0, 80).Count(true), mask.AsSpan(80).Count(true));
                Assert.NotEqual(0, mask.AsSpan(0, 80).Count(true));
            }
        }
    }

    [Fact]
    public void Spans_that_may_not_overlap_lie_apart()
    {
        var settings = new MaskSettings { Probability = 0.6, SpanLength = 5, NoOverlap = true, MinimumSpace = 2 };
        for (var seed = 0UL; seed < 300; seed++)
        {
            var text = string.Concat(MaskIndices.Draw([90], 90, settings, seed).Select(m => m ? 'x' : '.'));
            Assert.DoesNotContain("x.x", text, StringComparison.Ordinal);
            Assert.All(text.Split('.', StringSplitOptions.RemoveEmptyEntries), run => Assert.Equal(5, run.Length));
        }
    }

    [Fact]
    public void A_clip_that_would_be_hidden_whole_is_refused()
    {
        var error = Assert.Throws<UserException>(() => MaskIndices.Draw([2], 2, new MaskSettings { SpanLength = 10 }, 1));
        Assert.StartsWith("model.mask_length: a clip of 2 frames is too short to hide 2 spans of 10 frames", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_span_is_no_mask() =>
        Assert.DoesNotContain(true, MaskIndices.Draw([30], 30, new MaskSettings { Probability = 0, MinimumSpans = 0 }, 1));
}
