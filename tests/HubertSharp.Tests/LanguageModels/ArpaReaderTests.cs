using System.IO.Compression;
using System.Text;
using HubertSharp.LanguageModels;
using HubertSharp.Runs;

namespace HubertSharp.Tests.LanguageModels;

/// <summary>Each damage of an ARPA file is one line that says where, what was expected and what was found.</summary>
public sealed class ArpaReaderTests : IDisposable
{
    private const string Whole = """
        \data\
        ngram 1=4
        ngram 2=2

        \1-grams:
        -1	<unk>	0
        0	<s>	-0.5
        -1	</s>	0
        -1	a	-0.25

        \2-grams:
        -0.3	<s> a
        -0.4	a </s>

        \end\

        """;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, string> Damages => new()
    {
        { "\\data\\", "data", ":1: not an n-gram model" },
        { "ngram 2=2", "ngram 3=2", ":3: malformed head of an ARPA file (expected 'ngram 2=' and a number, found 'ngram 3=2')" },
        { "ngram 2=2", "ngram 2=two", ":3: malformed head" },
        { "ngram 2=2", "ngram 2=3", "another number of 2-grams than the head of the file says (expected 3, found 2)" },
        { "ngram 2=2", "ngram 2=1", ":13: another number of 2-grams than the head of the file says (expected 1, found 2 or more)" },
        { "ngram 1=4", "ngram 1=99999999999",
            "another number of 1-grams than the head of the file says (expected 99,999,999,999, found 4)" },
        { "\\2-grams:\n", "", "a part of the ARPA file is missing (expected \\2-grams: behind 4 1-grams" },
        { "\\end\\", "", "a part of the ARPA file is missing (expected \\end\\ behind 2 2-grams, found the end)" },
        { "-0.4\ta", "x\ta", ":13: not a number (expected a log10 probability, found 'x')" },
        { "-0.4\ta", "NaN\ta", ":13: not a number" },
        { "-0.4\ta", "-inf\ta", ":13: not a number" },
        { "-0.4\ta", "0.4\ta", ":13: a probability above 1 (expected a log10 probability of at most 0, found 0.4)" },
        { "-0.4\ta </s>", "-0.4\ta",
            ":13: not an entry of this section (expected a number, 2 words, and a weight or nothing, found 1 word)" },
        { "-0.4\ta </s>", "-0.4\ta </s>\t-1\tb", ":13: not an entry of this section" },
        { "-0.4\ta </s>", "-0.4\ta </s>\t-1", ":13: a back-off weight where the longest n-grams have none" },
        { "-0.4\ta </s>", "-0.4\ta b", ":13: a word that the 1-grams do not have (found 'b')" },
        { "-0.4\ta </s>", "-0.4\t<s> a", ":13: this n-gram is there twice" },
        { "-1\ta\t", "-1\t</s>\t", ":9: this n-gram is there twice" },
        { "-1\t</s>\t0", "-1\tb\t0", "a word that the 1-grams do not have (found '</s>')" },
        { "<s>", "b", ": the 1-grams have no <s>" },
        { "-0.25", "1e99", ":9: not a number (expected a log10 back-off weight" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damage_is_told_in_one_line(string found, string put, string expected)
    {
        Assert.Contains(found, Whole, StringComparison.Ordinal);
        var path = _folder.Write("lm.arpa", Whole.Replace(found, put, StringComparison.Ordinal));
        var message = Assert.Throws<UserException>(() => NgramModel.Open(path)).Message;
        Assert.Contains($"{path}{(expected[0] == ':' ? expected : "")}", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void An_empty_file_has_no_line_to_name()
    {
        var path = _folder.Write("lm.arpa", "");
        Assert.StartsWith($"{path}: the file is empty", Assert.Throws<UserException>(() => NgramModel.Open(path)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith($"{_folder.FullName}: this is a folder",
            Assert.Throws<UserException>(() => NgramModel.Open(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Orders_beyond_any_model_are_refused_before_anything_is_held()
    {
        var counts = string.Concat(Enumerable.Range(1, 99).Select(n => $"ngram {n}=999999999\n"));
        var path = _folder.Write("lm.arpa", $"\\data\\\n{counts}\n\\1-grams:\n");
        Assert.Contains("n-grams that are too long", Assert.Throws<UserException>(() => NgramModel.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_named()
    {
        var bytes = Encoding.Latin1.GetBytes(Whole.Replace("\ta\t", "\t\u00e9\t", StringComparison.Ordinal));
        File.WriteAllBytes(_folder.At("lm.arpa"), bytes);
        Assert.Contains("lm.arpa:9: not UTF-8", Assert.Throws<UserException>(() => NgramModel.Open(_folder.At("lm.arpa"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_packed_file_that_ends_early_is_a_fault()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(File.ReadAllBytes(KenLmScores.PathOf(KenLmScores.ByModel().First().Key)));
        File.WriteAllBytes(_folder.At("lm.arpa.gz"), packed.ToArray()[..^500]);
        Assert.Contains("lm.arpa.gz", Assert.Throws<UserException>(() => NgramModel.Open(_folder.At("lm.arpa.gz"))).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
