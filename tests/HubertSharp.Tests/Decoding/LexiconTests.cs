using HubertSharp.Decoding;
using HubertSharp.Runs;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Tests.Decoding;

public sealed class LexiconTests : IDisposable
{
    private static readonly CtcAlphabet s_letters = new(["<pad>", "|", "A", "B", "</s>"], 0);
    private static readonly CtcAlphabet s_characters = new(["<pad>", "你", "好", "ni3"], 0);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Spellings_are_read_as_fairseq_reads_them()
    {
        var lexicon = Lexicon.Read(_folder.Write("l.txt", "AB\tA B |\r\nBA B A |\n\nAB A | \n"), s_letters);
        Assert.Equal(["AB", "BA"], lexicon.Words);
        Assert.Equal([0, 1, 0], lexicon.SpeltWords);
        Assert.Equal([[2, 3, 1], [3, 2, 1], [2, 1]], lexicon.Spellings);
    }

    [Fact]
    public void A_list_of_words_is_spelt_by_the_letters()
    {
        Assert.Equal([[2, 3, 1], [3, 1]], Lexicon.Read(_folder.Write("l.txt", "AB\nB\n"), s_letters).Spellings);
        Assert.Equal([[1, 2], [3]], Lexicon.Read(_folder.Write("l.txt", "你好\nni3\n"), s_characters).Spellings);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n \n", "empty")]
    [InlineData("AB A B |\nBA\n", "l.txt:2: a word without its spelling (expected 'WORD TOKEN TOKEN ...', found 1 column)")]
    [InlineData("AB\nBA B A |\n", "l.txt:2: a spelling in a list of words")]
    [InlineData("AB A B |\n\nBC B C |\n", "l.txt:3: the spelling of 'BC' has a token that the model lacks")]
    [InlineData("ab a b |\n", "the model has 'A': write the lexicon in its case")]
    [InlineData("AB A <pad> B\n", "found '<pad>'")]
    [InlineData("A\nC\n", "l.txt:2: the spelling of 'C'")]
    [InlineData("AB |\n", "l.txt:1: the spelling of 'AB' is not of tokens that are spoken (expected letters, characters or syllables of "
        + "the model, found '|' alone)")]
    [InlineData("AB A </s> B |\n", "found the mark '</s>'")]
    public void A_line_that_cannot_be_used_is_named(string text, string expected)
    {
        var message = Assert.Throws<UserException>(() => Lexicon.Read(_folder.Write("l.txt", text), s_letters)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Another_encoding_and_forgotten_delimiters_are_told()
    {
        var path = _folder.At("l.txt");
        File.WriteAllBytes(path, [.. "A\n"u8, 0xE9, .. "\n"u8]);
        Assert.StartsWith($"{path}:2: not UTF-8", Assert.Throws<UserException>(() => Lexicon.Read(path, s_letters)).Message,
            StringComparison.Ordinal);
        var lexicon = Lexicon.Read(_folder.Write("l.txt", "AB A B\nBA B A\n"), s_letters);
        Assert.Contains("ends in '|'", Assert.Single(new CtcDecoder(s_letters, new SearchOptions(), lexicon).Notices),
            StringComparison.Ordinal);
        lexicon = Lexicon.Read(_folder.Write("l.txt", "AB A B |\n"), s_letters);
        Assert.Empty(new CtcDecoder(s_letters, new SearchOptions(), lexicon).Notices);
    }

    [Fact]
    public void One_that_is_not_there_is_told() =>
        Assert.Contains("no such lexicon", Assert.Throws<UserException>(() => Lexicon.Read(_folder.At("none"), s_letters)).Message);

    public void Dispose() => _folder.Dispose();
}
