using HubertSharp.LanguageModels;
using HubertSharp.LanguageModels.Scoring;
using HubertSharp.LanguageModels.Training;
using HubertSharp.Runs;

namespace HubertSharp.Tests.LanguageModels.Scoring;

public sealed class NgramScoringTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Sentences_and_their_perplexity_are_KenLMs()
    {
        foreach (var sentences in KenLmScores.ByModel())
        {
            using var model = NgramModel.Open(KenLmScores.PathOf(sentences.Key));
            foreach (var sentence in sentences.Where(s => s.Words.Length > 1 && !s.Text.Contains('\n', StringComparison.Ordinal)))
            {
                var scores = new List<SentenceScore>();
                var total = Score(model, sentence.Text, scores.Add);
                Assert.Equal(sentence.Log10, Assert.Single(scores).Log10, KenLmScores.Tolerance);
                Assert.Equal(sentence.Words.Select(w => w.Oov), scores[0].ByWord!.Select(w => w.IsUnknown));
                Assert.Equal(1, total.Perplexity / sentence.Perplexity, 1e-4);
                var known = sentence.Words.Where(w => !w.Oov).ToArray();
                Assert.Equal(Math.Pow(10, -known.Sum(w => w.Log10) / known.Length), total.PerplexityOfKnown,
                    1e-3 * total.PerplexityOfKnown);
            }
        }
    }

    [Fact]
    public void A_text_without_words_is_a_fault()
    {
        using var model = NgramModel.Open(KenLmScores.PathOf(KenLmScores.ByModel().First().Key));
        Assert.Contains("no word in the texts", Assert.Throws<UserException>(() => Score(model, "\n", _ => { })).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private TextScore Score(NgramModel model, string text, Action<SentenceScore> take) =>
        NgramScoring.Run(model, [_folder.Write("text.txt", text + "\n")], new NgramUnits(NgramUnit.Word), withWords: true, take);
}
