using HubertSharp.Corpora;
using HubertSharp.Corpora.Espeak;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Corpora.Formats;

public class TranscriptTests
{
    [Theory]
    [InlineData("Agent Logged off.", "AGENT LOGGED OFF")]
    [InlineData("Please press 1, or #.", "PLEASE PRESS ONE OR POUND")]
    [InlineData("dial 500 or 600", "DIAL FIVE HUNDRED OR SIX HUNDRED")]
    [InlineData("extension 1234 and 42", "EXTENSION ONE TWO THREE FOUR AND FORTY TWO")]
    [InlineData("at [@]", "AT")]
    [InlineData("[sound of monkeys screaming]", "")]
    [InlineData("I'm sorry - there's 'no' match", "I'M SORRY THERE'S NO MATCH")]
    [InlineData("A.M.", "A M")]
    public void English_is_written_as_it_is_spoken(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SpokenEnglish.Words(text)));

    [Theory]
    [InlineData("HI YOU", "H I | Y O U |")]
    [InlineData("ㄇㄚ3 ㄏㄠ", "ㄇ ㄚ 3 | ㄏ ㄠ |")]
    [InlineData("", "")]
    public void Letters_are_written_as_fairseq_does(string words, string letters) =>
        Assert.Equal(letters, HubertSharp.Corpora.Formats.Transcripts.Letters(words));

    [Fact]
    public void Pinyin_is_cut_into_syllables() =>
        Assert.Equal(["jin1", "tian1", "wo3", "men5", "qu4"], SpokenSentence.Words("zh", "jin1tian1, wo3men5 qu4!"));

    [Fact]
    public void The_share_for_validation_is_exact_and_fixed_by_the_seed()
    {
        var chosen = CorpusSplit.Choose(562, 0.05, 42);
        Assert.Equal(28, chosen.Count(v => v));
        Assert.Equal(chosen, CorpusSplit.Choose(562, 0.05, 42));
        Assert.NotEqual(chosen, CorpusSplit.Choose(562, 0.05, 43));
        Assert.Equal(1, CorpusSplit.Choose(2, 0.01, 1).Count(v => v));
        Assert.Equal(0, CorpusSplit.Choose(10, 0, 1).Count(v => v));
        Assert.Equal(0, CorpusSplit.Choose(1, 0.5, 1).Count(v => v));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public void The_sentences_are_many_and_whole(string language)
    {
        var grammar = SentenceGrammar.For(language);
        var random = new SeededRandom(1);
        var sentences = Enumerable.Range(0, 1000).Select(_ => grammar.Next(random)).ToArray();
        Assert.InRange(sentences.Distinct().Count(), 600, 1000);
        Assert.All(sentences, s => Assert.DoesNotContain('{', s));
        Assert.All(sentences, s => Assert.InRange(SpokenSentence.Words(language, s).Count, 4, 30));
        if (language == "zh") // every syllable carries its tone
            Assert.All(sentences, s => Assert.Matches("^([a-zü]+[1-5][a-zü0-9]*[ ,.?]*)+$", s));
    }
}
