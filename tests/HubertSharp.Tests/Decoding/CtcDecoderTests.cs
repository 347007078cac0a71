using HubertSharp.Decoding;
using HubertSharp.LanguageModels;
using HubertSharp.Runs;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Tests.Decoding;

public sealed class CtcDecoderTests : IDisposable
{
    private static readonly string[] s_tokens = ["<pad>", "|", "A", "B", "C"];
    private static readonly CtcAlphabet s_alphabet = new(s_tokens, 0);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Words_of_a_language_model_are_spelt_by_the_letters()
    {
        using var model = Model("AB", "BA");
        var decoder = new CtcDecoder(s_alphabet, new SearchOptions { LanguageWeight = 3 }, model: model);
        // B and C are as probable, and only AB is a word
        Assert.Equal("AB", Text(decoder, "A", "B C", "|"));
        Assert.Equal("AB BA", Text(decoder, "A", "B C", "|", "B C", "A"));
        var open = new CtcDecoder(s_alphabet, new SearchOptions { UnknownScore = -2 }, model: model);
        Assert.Equal("AB CC", Text(open, "A", "B C", "|", "C", "<pad>", "C"));
        Assert.Equal("AB", Text(decoder, "A", "B C"));
    }

    [Fact]
    public void A_language_model_of_tokens_is_one_that_knows_the_delimiter()
    {
        using var model = Model("A", "B", "|");
        var decoder = new CtcDecoder(s_alphabet, new SearchOptions { LanguageWeight = 3 }, model: model);
        Assert.Equal("AB A", Text(decoder, "A", "B C", "|", "A"));
    }

    [Theory]
    [InlineData("ab", "ba")]
    [InlineData("你好", "木")]
    public void A_language_model_of_another_alphabet_is_refused(string first, string second)
    {
        using var model = Model(first, second);
        foreach (var lexicon in new[] { null, Lexicon.Read(_folder.Write("l.txt", "AB A B |\n"), s_alphabet) })
        {
            var message = Assert.Throws<UserException>(() => new CtcDecoder(s_alphabet, new SearchOptions(), lexicon, model, "words.arpa"))
                .Message;
            Assert.StartsWith("words.arpa: the language model knows none of the words (expected words of ", message);
            Assert.Contains($"'{first}'", message);
            Assert.Equal(first == "ab", message.Contains("in another case", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void One_that_knows_few_words_is_told_of()
    {
        using var model = Model("A", "XY");
        var lexicon = Lexicon.Read(_folder.Write("l.txt", "A\nB\nC\nAB\nAC\nBC\n"), s_alphabet);
        Assert.Contains("knows only 1 of 6", Assert.Single(new CtcDecoder(s_alphabet, new SearchOptions(), lexicon, model, "m").Notices));
        using var other = Model("A", "XY", "YZ", "ZZ");
        Assert.Contains("spell only 1 of the 4", Assert.Single(new CtcDecoder(s_alphabet, new SearchOptions(), null, other, "m").Notices));
    }

    [Fact]
    public void Flashlight_needs_a_lexicon_for_words()
    {
        using var model = Model("AB", "BA");
        Assert.Contains("--lexicon", Assert.Throws<UserException>(() =>
            new CtcDecoder(s_alphabet, new SearchOptions { Kind = SearchKind.Flashlight }, null, model, "m")).Message);
    }

    /// <summary>Mandarin words without delimiters: the lexicon decides where they part, the text has no spaces.</summary>
    [Theory]
    [InlineData(SearchKind.Beam)]
    [InlineData(SearchKind.Flashlight)]
    public void Chinese_words_stand_without_spaces(SearchKind kind)
    {
        var alphabet = new CtcAlphabet(["<pad>", "</s>", "你", "好", "嗎"], 0);
        var lexicon = Lexicon.Read(_folder.Write("l.txt", "你好 你 好\n嗎 嗎\n"), alphabet);
        var decoder = new CtcDecoder(alphabet, new SearchOptions { Kind = kind, LanguageWeight = 0, WordScore = 0 }, lexicon);
        var search = decoder.NewSearch();
        search.Begin();
        search.Advance(Rows(alphabet, "你", "好", "<pad>", "嗎"));
        var reading = Assert.Single(decoder.Read(search, 0.02));
        Assert.Equal("你好嗎", reading.Text);
        Assert.Equal([("你好", 0.0, 0.04), ("嗎", 0.06, 0.08)], reading.Words.Select(word => (word.Text, word.Start, word.End)));
        Assert.All(reading.Words, word => Assert.InRange(word.Confidence, 0.9, 1));
    }

    [Fact]
    public void A_search_step_allocates_nothing()
    {
        using var model = DecodeFixtures.Model("lm3.arpa");
        var alphabet = DecodeFixtures.Alphabet("en");
        var lexicon = DecodeFixtures.Lexicon("lexicon_en.txt", alphabet);
        var emissions = DecodeFixtures.Emissions("en_noisy");
        foreach (var kind in (SearchKind[])[SearchKind.Beam, SearchKind.Flashlight])
        {
            var search = new CtcDecoder(alphabet, new SearchOptions { Kind = kind }, lexicon, model).NewSearch();
            search.Begin();
            for (var i = 0; i < 100; i++) // what grows has grown
                search.Advance(emissions);
            var before = GC.GetAllocatedBytesForCurrentThread();
            search.Advance(emissions);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A model of single words, all as probable.</summary>
    private NgramModel Model(params string[] words) => NgramModel.Open(_folder.Write("m.arpa",
        $"\\data\\\nngram 1={words.Length + 3}\n\n\\1-grams:\n-2\t<unk>\n-99\t<s>\n-1\t</s>\n"
            + string.Concat(words.Select(word => $"-1\t{word}\n")) + "\n\\end\\\n"));

    private static string Text(CtcDecoder decoder, params string[] frames)
    {
        var search = decoder.NewSearch();
        search.Begin();
        search.Advance(Rows(decoder.Alphabet, frames));
        return decoder.Read(search, 0.02)[0].Text;
    }

    /// <summary>Frames in which the named tokens are far more probable than the others.</summary>
    private static float[] Rows(CtcAlphabet alphabet, params string[] frames) =>
        [.. frames.SelectMany(frame => alphabet.Tokens.Select(token => frame.Split(' ').Contains(token) ? 0f : -9f))];
}
