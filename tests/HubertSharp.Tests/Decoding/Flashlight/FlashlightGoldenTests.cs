using HubertSharp.Decoding;
using HubertSharp.Decoding.Flashlight;

namespace HubertSharp.Tests.Decoding.Flashlight;

/// <summary>flashlight-text's own n-best lists: the same words, scores and frames.</summary>
[Trait("Part", "golden")]
public class FlashlightGoldenTests
{
    private const double Tolerance = 1e-4; // flashlight adds up float32; an own decoder is within 1e-6

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        DecodeFixtures.Flashlight.GetProperty("cases").EnumerateArray().Select(c => new TheoryDataRow<string>(c.Text("name")!));

    [Theory, MemberData(nameof(Cases))]
    public void Words_scores_and_frames_are_those_of_flashlight(string name)
    {
        var golden = DecodeFixtures.Flashlight.GetProperty("cases").EnumerateArray().Single(c => c.Text("name") == name);
        var options = golden.GetProperty("options");
        var alphabet = DecodeFixtures.Alphabet(golden.Text("tokens")!);
        var lexicon = DecodeFixtures.Lexicon(golden.Text("lexicon"), alphabet);
        using var model = DecodeFixtures.Model(golden.Text("lm"));
        var decoder = new CtcDecoder(alphabet, new SearchOptions
        {
            Kind = SearchKind.Flashlight,
            Beam = options.GetProperty("beam").GetInt32(),
            BeamTokens = options.GetProperty("beam_token").GetInt32(),
            BeamThreshold = options.Number("beam_threshold"),
            LanguageWeight = options.Number("lm_weight"),
            WordScore = options.Number("word_score"),
            SilenceScore = options.Number("sil_score"),
            UnknownScore = options.Number("unk_score"),
            LogAdd = options.GetProperty("log_add").GetBoolean(),
        }, lexicon, model);
        var search = decoder.NewSearch();
        var emissions = DecodeFixtures.Emissions(golden.Text("emissions")!);
        for (var pass = 0; pass < 2; pass++) // a search serves one recording after the other, in pieces of any length
        {
            search.Begin();
            foreach (var piece in emissions.Chunk(alphabet.Count * (pass == 0 ? 7 : 1000)))
                search.Advance(piece);
            var nbest = golden.GetProperty("nbest").EnumerateArray().ToArray();
            var found = search.Finish(nbest.Length);
            Assert.Equal(golden.GetProperty("final_hypotheses").GetInt32(), ((FlashlightSearch)search).FinalCount);
            Assert.Equal(nbest.Length, found.Count);
            var silence = alphabet.Delimiter >= 0 ? alphabet.Delimiter : alphabet.IndexOf("</s>");
            foreach (var (expected, hypothesis) in nbest.Zip(found))
            {
                Assert.Equal(expected.Number("score"), hypothesis.Score, Tolerance);
                Assert.Equal(expected.Number("am_score"), hypothesis.Acoustic, Tolerance);
                Assert.Equal(expected.Number("lm_score"), hypothesis.Language, Tolerance);
                Assert.Equal(expected.GetProperty("frame_tokens").EnumerateArray().Select(token => token.GetInt32()),
                    [.. hypothesis.Runs.SelectMany(run => Enumerable.Repeat(run.Token, run.End - run.Start + 1)), silence]);
                if (lexicon is not null)
                    Assert.Equal(expected.Words("words"), hypothesis.Runs.Where(run => run.Word >= 0)
                        .Select(run => run.Word < lexicon.Words.Count ? lexicon.Words[run.Word] : "<unk>"));
            }
        }
    }

    /// <summary>What has no part in a hypothesis any more is cleared away, and nothing else.</summary>
    [Fact]
    public void A_long_recording_gives_what_its_parts_give()
    {
        var golden = DecodeFixtures.Flashlight.GetProperty("cases").EnumerateArray()
            .First(c => c.Text("lexicon") is not null && c.Text("lm") is not null);
        var alphabet = DecodeFixtures.Alphabet(golden.Text("tokens")!);
        var lexicon = DecodeFixtures.Lexicon(golden.Text("lexicon"), alphabet)!;
        using var model = DecodeFixtures.Model(golden.Text("lm"));
        var decoder = new CtcDecoder(alphabet, new SearchOptions { Kind = SearchKind.Flashlight, LanguageWeight = 0.2, WordScore = 0 },
            lexicon, model);
        // silence behind the part ends its last word
        var part = DecodeFixtures.Emissions(golden.Text("emissions")!).Concat(Enumerable.Range(0, 5 * alphabet.Count)
            .Select(i => i % alphabet.Count == alphabet.Delimiter ? 0f : -20f)).ToArray();
        var search = decoder.NewSearch();
        search.Begin();
        search.Advance(part);
        var once = decoder.Read(search, 0.02)[0];
        search.Begin();
        for (var i = 0; i < 200; i++)
            search.Advance(part);
        var often = decoder.Read(search, 0.02)[0];
        Assert.Equal(string.Join(' ', Enumerable.Repeat(once.Text, 200)), often.Text);
        var seconds = part.Length / alphabet.Count * 0.02;
        Assert.Equal(once.Words[^1].Start + (199 * seconds), often.Words[^1].Start, 0.03);
        Assert.Equal(once.Words[^1].Confidence, often.Words[^1].Confidence, 0.05);
    }
}
