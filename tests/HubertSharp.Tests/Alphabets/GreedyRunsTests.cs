using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Tests.Alphabets;

public class GreedyRunsTests
{
    [Theory]
    [InlineData("HI YOU", "<pad> | H I | Y O U", "| | H H <pad> I | <pad> | Y O O U |")]
    [InlineData("AA", "<pad> A", "A <pad> A A")]
    [InlineData("你好a b", "<pad> | 你 好 a b", "你 好 a | b")]
    [InlineData("ni3 hao3 a", "<pad> ni3 hao3 a", "ni3 ni3 hao3 a")]
    [InlineData("A<unk>B", "<pad> <s> </s> <unk> | A B", "<s> A <unk> B </s>")]
    [InlineData("", "<pad> A", "<pad>")]
    [InlineData("a b", "[PAD] ▁ a b", "▁ a ▁ b")]
    public void Repeats_are_joined_and_blanks_left_out(string text, string tokens, string frames)
    {
        var alphabet = new CtcAlphabet(tokens.Split(' '), 0);
        var logits = frames.Split(' ').SelectMany(frame => alphabet.Tokens.Select(token => token == frame ? 1f : 0f)).ToArray();
        foreach (var piece in new[] { 1, 2, 100 })
        {
            var path = new GreedyRuns(alphabet);
            foreach (var rows in logits.Chunk(piece * alphabet.Count))
                path.Add(rows);
            Assert.Equal(text, path.Text);
            Assert.Equal(frames.Split(' ').Length, path.Frames);
        }
    }

    [Fact]
    public void A_run_has_its_frames_and_its_largest_probability()
    {
        var path = new GreedyRuns(new CtcAlphabet(["<pad>", "A"], 0));
        path.Add([1000, 0, 0, 1, 0, 3, 0, 2]);
        var run = Assert.Single(path.Runs);
        Assert.Equal((1, 1, 3), (run.Token, run.Start, run.End));
        Assert.Equal(-Math.Log(1 + Math.Exp(-3)), run.Peak, 1e-6);
    }

    [Fact]
    public void A_blank_may_stand_anywhere_and_a_delimiter_be_missing()
    {
        var alphabet = new CtcAlphabet(["A", "B", "<pad>"], 2);
        Assert.Equal((-1, false, true), (alphabet.Delimiter, alphabet.IsSilent(0), alphabet.IsSilent(2)));
        Assert.Equal("AB", alphabet.Text([0, 2, 1]));
    }
}
