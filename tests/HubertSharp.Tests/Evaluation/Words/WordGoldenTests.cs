using HubertSharp.Evaluation.Words;

namespace HubertSharp.Tests.Evaluation.Words;

/// <summary>The numbers of jiwer, sclite and WeNet, integers exactly and rates to 1e-12.</summary>
[Trait("Part", "golden")]
public class WordGoldenTests
{
    private const double Tolerance = 1e-12;

    private static readonly TextNormalisation s_none = TextNormalisation.None;

    [Fact]
    public void Words_and_characters_as_they_are()
    {
        var measures = Measures(ScoringMode.Mixed, s_none);
        foreach (var pair in ScoringFixture.Read().Pairs)
        {
            Check(pair.Id, pair.Words, measures["WER"].Count(pair.Ref, pair.Hyp));
            Check(pair.Id, pair.CharsNoSpace, measures["CER"].Count(pair.Ref, pair.Hyp));
        }
    }

    [Fact]
    public void Mixed_texts_by_character_and_word()
    {
        var measure = Measures(ScoringMode.Mixed, new TextNormalisation())["MER"];
        foreach (var pair in ScoringFixture.Read().Pairs)
        {
            Assert.Equal(pair.MixedNfkcUpper.RefTokenList, measure.Tokens(pair.Ref));
            Assert.Equal(pair.MixedNfkcUpper.HypTokenList, measure.Tokens(pair.Hyp));
            Check(pair.Id, pair.MixedNfkcUpper, measure.Count(pair.Ref, pair.Hyp));
        }
    }

    [Fact]
    public void Jiwer_with_its_default_transforms()
    {
        var measures = Measures(ScoringMode.Jiwer, s_none);
        foreach (var pair in ScoringFixture.Read().Pairs)
        {
            var words = measures["WER"].Count(pair.Ref, pair.Hyp);
            Check(pair.Id, pair.JiwerDefaultWer, words);
            Assert.Equal(pair.JiwerDefaultWer.Wer, words.Rate, Tolerance);
            Assert.Equal(pair.JiwerDefaultWer.Mer, words.MatchErrorRate, Tolerance);
            Assert.Equal(pair.JiwerDefaultWer.Wil, words.WordInformationLost, Tolerance);
            var characters = measures["CER"].Count(pair.Ref, pair.Hyp);
            Check(pair.Id, pair.JiwerDefaultCer, characters);
            Assert.Equal(pair.JiwerDefaultCer.Cer, characters.Rate, Tolerance);
        }
    }

    [Fact]
    public void Sclite_with_its_weights()
    {
        var measure = Measures(ScoringMode.Sclite, s_none)["WER"];
        var pairs = ScoringFixture.Read().Pairs.Where(p => p.Sclite is not null).ToArray();
        Assert.NotEmpty(pairs);
        foreach (var pair in pairs)
            Check(pair.Id, pair.Sclite! with { Hits = pair.Sclite.Correct }, measure.Count(pair.Ref, pair.Hyp));
    }

    [Fact]
    public void Wenet_by_character()
    {
        var measure = Measures(ScoringMode.Wenet, s_none)["MER"];
        foreach (var pair in ScoringFixture.Read().Pairs)
        {
            var expected = pair.WenetCharMode;
            Assert.Equal(expected.RefTokens, measure.Tokens(pair.Ref));
            Assert.Equal(expected.HypTokens, measure.Tokens(pair.Hyp));
            Assert.Equal((pair.Id, new EditCounts(expected.Correct, expected.Substitutions, expected.Deletions, expected.Insertions)),
                (pair.Id, measure.Count(pair.Ref, pair.Hyp)));
        }
    }

    [Fact]
    public void Totals_over_all_pairs()
    {
        var fixture = ScoringFixture.Read();
        foreach (var (name, mode, figure, normalisation) in new[]
        {
            ("words", ScoringMode.Mixed, "WER", s_none), ("chars_no_space", ScoringMode.Mixed, "CER", s_none),
            ("mixed_nfkc_upper", ScoringMode.Mixed, "MER", new TextNormalisation()), ("wenet_char_mode", ScoringMode.Wenet, "MER", s_none),
            ("jiwer_process_words_all_rows", ScoringMode.Jiwer, "WER", s_none),
        })
        {
            var measure = Measures(mode, normalisation)[figure];
            var counts = fixture.Pairs.Aggregate(default(EditCounts), (sum, p) => sum + measure.Count(p.Ref, p.Hyp));
            foreach (var expected in fixture.Totals.GetProperty(name).EnumerateObject())
                Assert.Equal(expected.Value.GetDouble(), expected.Name switch
                {
                    "ref_tokens" or "n" => counts.ReferenceTokens,
                    "edits" => counts.Errors,
                    "rate" or "wer" => counts.Rate,
                    "hits" or "correct" => counts.Hits,
                    "substitutions" => counts.Substitutions,
                    "deletions" => counts.Deletions,
                    "insertions" => counts.Insertions,
                    "mer" => counts.MatchErrorRate,
                    "wil" => counts.WordInformationLost,
                    _ => throw new InvalidOperationException(expected.Name),
                }, Tolerance);
        }
    }

    private static Dictionary<string, WordMeasure> Measures(ScoringMode mode, TextNormalisation normalisation) => WordMeasure.Of(
        new WordScoringOptions { ReferencePath = "", HypothesisPath = "", Mode = mode, Normalisation = normalisation })
        .ToDictionary(m => m.Name);

    private static void Check(string id, ScoringFixture.Split expected, EditCounts found) => Assert.Equal(
        (id, new EditCounts(expected.Hits, expected.Substitutions, expected.Deletions, expected.Insertions)), (id, found));

    // one of several cheapest alignments is jiwer's; it is taken here, which says more than the range of hits
    private static void Check(string id, ScoringFixture.Edits expected, EditCounts found)
    {
        Assert.Equal((id, expected.RefTokens, expected.HypTokens, expected.Errors),
            (id, (int)found.ReferenceTokens, (int)found.HypothesisTokens, (int)found.Errors));
        Assert.InRange(found.Hits, expected.HitsMin, expected.HitsMax);
        Check(id, expected.Jiwer, found);
    }
}
