using HubertSharp.Decoding;
using HubertSharp.Decoding.Prefixes;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Tests.Decoding.Prefixes;

/// <summary>Sums over all paths, against enumeration and against pyctcdecode.</summary>
[Trait("Part", "golden")]
public class PrefixGoldenTests
{
    /// <summary>Every word sequence that fits the frames of the short emissions, summed by brute force.</summary>
    [Fact]
    public void Without_pruning_the_sums_are_those_of_all_alignments()
    {
        var exact = DecodeFixtures.Json("exact.json");
        var alphabet = DecodeFixtures.Alphabet("tiny");
        var lexicon = DecodeFixtures.Lexicon("lexicon_tiny.txt", alphabet)!;
        using var model = DecodeFixtures.Model("tiny2.arpa")!;
        int[] ids = [.. lexicon.Words.Select(word => model.Find(word)), 0];
        var trie = new TokenTrie(lexicon.Spellings, lexicon.SpeltWords, [.. ids.Select(id => model.Score(model.Start, id, out _))]);
        var options = DecodeFixtures.Whole with
        {
            LanguageWeight = exact.Number("lm_weight") / Math.Log(10),
            WordScore = exact.Number("word_score"),
        };
        // no delimiter: each word ends in its own, and none is by the way
        var search = new PrefixSearch(alphabet, -1, options, new WordHistories(model, ids),
            new WordGuide(trie, lexicon.Words.Count, HasLanguage: true));
        search.Begin();
        search.Advance(DecodeFixtures.Emissions("tiny_short"));
        var expected = exact.GetProperty("by_sum").EnumerateArray().ToArray();
        foreach (var (golden, found) in expected.Zip(search.Finish(expected.Length)))
        {
            Assert.Equal(golden.Words("words"), found.Runs.Where(run => run.Word >= 0).Select(run => lexicon.Words[run.Word]));
            Assert.Equal(golden.Number("score_sum"), found.Score, 1e-5);
            Assert.Equal(golden.Number("am_sum"), found.Acoustic, 1e-5);
            Assert.Equal(golden.Number("lm_log10"), found.Language, 1e-5);
        }
    }

    [Fact]
    public void Every_string_of_labels_has_its_probability()
    {
        var golden = DecodeFixtures.Json("exact.json").GetProperty("plain_first6_frames").GetProperty("by_sum").EnumerateArray()
            .ToDictionary(line => line.Text("units")!, line => line.Number("log_prob"));
        var alphabet = DecodeFixtures.Alphabet("tiny");
        var search = new PrefixSearch(alphabet, -1, DecodeFixtures.Whole, new WordHistories(null, []), new WordGuide());
        search.Begin();
        search.Advance(DecodeFixtures.Emissions("tiny_short").AsSpan(0, 6 * alphabet.Count));
        var found = search.Finish(100_000).ToDictionary(
            hypothesis => string.Join(' ', hypothesis.Runs.Select(run => alphabet.Tokens[run.Token])), hypothesis => hypothesis.Acoustic);
        Assert.Equal(0, Math.Log(found.Values.Sum(Math.Exp)), 1e-6); // all that can be said
        foreach (var (units, probability) in golden)
            Assert.Equal(probability, found[units], 1e-5);
    }

    /// <summary>Delimiters at the ends, and several in a row, are no other text.</summary>
    [Fact]
    public void Texts_have_the_probabilities_of_pyctcdecode()
    {
        var plain = DecodeFixtures.Json("pyctcdecode.json").GetProperty("plain");
        var decoder = new CtcDecoder(DecodeFixtures.Alphabet("tiny"), DecodeFixtures.Whole);
        var search = decoder.NewSearch();
        search.Begin();
        search.Advance(DecodeFixtures.Emissions("tiny_short").AsSpan(0, 6 * decoder.Alphabet.Count));
        foreach (var (golden, found) in plain.GetProperty("nbest").EnumerateArray().Zip(decoder.Read(search, 0.02)))
        {
            Assert.Equal(golden.Text("text"), found.Text);
            Assert.Equal(golden.Number("logit_score"), found.AcousticScore, 1e-4);
            Assert.Equal(golden.Number("own_enumeration"), found.AcousticScore, 1e-5);
        }
    }

    /// <summary>
    /// pyctcdecode prunes otherwise. Where both find the same text, the language model's part is the same and ours of the acoustic score is
    /// near the exact one, with a trailing delimiter or without.
    /// </summary>
    [Fact]
    public void The_language_model_weighs_as_in_pyctcdecode()
    {
        var file = DecodeFixtures.Json("pyctcdecode.json");
        var columns = file.GetProperty("columns").EnumerateArray().Select(column => column.GetInt32()).ToArray();
        var alphabet = new CtcAlphabet(file.Words("labels"), 0);
        var perRow = DecodeFixtures.Alphabet("en").Count;
        var same = 0;
        foreach (var golden in file.GetProperty("cases").EnumerateArray())
        {
            var settings = golden.GetProperty("settings");
            var weight = settings.Number("alpha");
            using var model = DecodeFixtures.Model(settings.Text("lm"));
            var decoder = new CtcDecoder(alphabet, new SearchOptions
            {
                Beam = 500,
                BeamThreshold = 100,
                TokenThreshold = 30,
                LanguageWeight = weight,
                WordScore = settings.Number("beta"),
                UnknownScore = weight * Math.Log(10) * settings.Number("unk_score_offset"),
                SentenceEnds = settings.GetProperty("lm_score_boundary").GetBoolean(),
                NBest = 20,
            }, model: model);
            var search = decoder.NewSearch();
            search.Begin();
            search.Advance(DecodeFixtures.Emissions(golden.Text("emissions")!).Chunk(perRow)
                .SelectMany(row => columns.Select(column => row[column])).ToArray());
            var found = decoder.Read(search, 0.02).ToDictionary(reading => reading.Text);
            foreach (var beam in golden.GetProperty("nbest").EnumerateArray())
            {
                if (!found.TryGetValue(beam.Text("text")!, out var reading)
                    || (beam.TryGetProperty("ends_in_space", out var quirk) && quirk.GetBoolean()))
                    continue;
                same++;
                Assert.Equal(beam.Number("lm_score") - beam.Number("logit_score"), reading.Score - reading.AcousticScore, 1e-3);
                Assert.True(reading.AcousticScore > beam.Number("logit_score") - 0.3, $"{reading}");
                if (beam.TryGetProperty("own_ctc_log_prob_of_text_with_or_without_trailing_space", out var exact))
                    Assert.InRange(reading.AcousticScore, exact.GetDouble() - 0.5, exact.GetDouble() + 0.1); // pruned, and of more spaces
            }
        }
        Assert.True(same > 0, "no text in common");
    }
}
