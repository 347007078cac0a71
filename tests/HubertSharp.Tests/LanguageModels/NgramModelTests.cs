using System.IO.Compression;
using HubertSharp.LanguageModels;

namespace HubertSharp.Tests.LanguageModels;

public sealed class NgramModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => [.. KenLmScores.ByModel().Select(m => m.Key)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Sentences_score_as_in_KenLM(string name)
    {
        using var model = NgramModel.Open(KenLmScores.PathOf(name));
        foreach (var sentence in KenLmScores.ByModel().Single(m => m.Key == name))
            Check(model, sentence);
    }

    [Fact]
    public void A_packed_file_is_the_same_model()
    {
        var name = KenLmScores.ByModel().First().Key;
        using (var packed = new GZipStream(File.Create(_folder.At("a.arpa.gz")), CompressionLevel.Fastest))
            packed.Write(File.ReadAllBytes(KenLmScores.PathOf(name)));
        using var model = NgramModel.Open(_folder.At("a.arpa.gz"));
        foreach (var sentence in KenLmScores.ByModel().First())
            Check(model, sentence);
    }

    [Fact]
    public void Histories_that_tell_the_same_are_one_state()
    {
        using var model = NgramModel.Open(_folder.Write("a.arpa", """
            \data\
            ngram 1=5
            ngram 2=3
            ngram 3=1

            \1-grams:
            0	<s>	-0.5
            -1	</s>	0
            -1	a	-0.25
            -1	b	0
            -2	c

            \2-grams:
            -0.3	<s> a	0
            -0.4	a b	-0.1
            -0.5	c a	-0.2

            \3-grams:
            -0.05	<s> a b

            \end\

            """));
        Assert.Equal((3, 6), (model.Order, model.WordCount));
        Assert.Equal((0, "<unk>"), (model.Find("another"), model.Word(0)));
        var (a, b, c) = (model.Find("a"), model.Find("b"), model.Find("c"));
        Assert.Equal(-0.3f, model.Score(model.Start, a, out var startA), 1e-6f);
        Assert.Equal(-1.25f + 0.25f, model.Score(NgramModel.Empty, a, out var onlyA), 1e-6f);
        Assert.NotEqual(startA, onlyA); // a trigram begins with "<s> a", though its weight is 1
        Assert.Equal(-0.05f, model.Score(startA, b, out var startAb), 1e-6f);
        Assert.Equal(-0.4f, model.Score(onlyA, b, out var ab), 1e-6f);
        Assert.Equal(ab, startAb); // of three words only the last two can matter
        Assert.Equal(-2 - 0.1f, model.Score(ab, c, out var afterC), 1e-5f);
        Assert.Equal(1, afterC.Length); // "c a" begins with c
        model.Score(afterC, b, out var afterB);
        Assert.Equal(NgramModel.Empty, afterB); // nothing begins with b, and its weight is 1
        Assert.Equal(-100f, model.Score(afterB, 0, out var unknown, out var matched), 1e-6f);
        Assert.Equal((NgramModel.Empty, 1), (unknown, matched));
    }

    /// <summary>SRILM's pruning may keep "a b c" and drop "b c": behind "b" alone the model backs off as it would anyway.</summary>
    [Fact]
    public void A_shorter_ngram_that_a_pruning_left_out_is_filled_in()
    {
        using var model = NgramModel.Open(_folder.Write("a.arpa", """
            \data\
            ngram 1=5
            ngram 2=1
            ngram 3=1

            \1-grams:
            -99	<s>	-0.5
            -1	</s>
            -1	a	-0.25
            -1.5	b	-0.125
            -2	c

            \2-grams:
            -0.4	a b	-0.1

            \3-grams:
            -0.05	a b c

            \end\
            """));
        var (a, b, c) = (model.Find("a"), model.Find("b"), model.Find("c"));
        model.Score(NgramModel.Empty, a, out var state);
        model.Score(state, b, out state);
        Assert.Equal(-0.05f, model.Score(state, c, out _), 1e-6f);
        model.Score(NgramModel.Empty, b, out state);
        Assert.Equal(-2.125f, model.Score(state, c, out _), 1e-6f);
    }

    public void Dispose() => _folder.Dispose();

    internal static void Check(NgramModel model, KenLmScores.Sentence sentence)
    {
        var ids = sentence.Text.Split((char[])[' ', '\t', '\n', '\r', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => model.Find(w)).Append(model.EndOfSentence).ToArray();
        var (state, without, sum, sumWithout) = (model.Start, NgramModel.Empty, 0.0, 0.0);
        for (var i = 0; i < ids.Length; i++)
        {
            if (i == ids.Length - 1)
                Assert.Equal(sentence.Log10NoEos, sum, KenLmScores.Tolerance);
            var log10 = model.Score(state, ids[i], out state, out var matched);
            Assert.Equal(sentence.Words[i].Log10, log10, KenLmScores.Tolerance);
            Assert.Equal((sentence.Words[i].MatchedOrder, sentence.Words[i].Oov), (matched, ids[i] == 0));
            sum += log10;
            sumWithout += model.Score(without, ids[i], out without);
        }
        Assert.Equal(sentence.Log10, sum, KenLmScores.Tolerance);
        Assert.Equal(sentence.Log10NoBos, sumWithout, KenLmScores.Tolerance);
        Assert.Equal(sentence.Words.Length, ids.Length);
    }
}
