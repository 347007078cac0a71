using HubertSharp.Evaluation.Words;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Words;

public sealed class WordScoringTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("ref.txt", "a-1 IT IS\na-2 今天 好\nb-3 GO\n", "hyp.trn", "go (b-3)\nit was (a-1)\n今天很好 (a-2)\n")]
    [InlineData("ref.tsv", "id\ttext\na-1\tit is\na-2\t今天好\nb-3\tgo\n", "hyp.jsonl",
        "{\"id\":\"a-1\",\"pred_text\":\"It was\"}\n\n{\"id\":\"b-3\",\"text\":\"go\"}\n{\"id\":\"a-2\",\"txt\":\"今天很好\"}\n")]
    [InlineData("ref.txt", "it is\n今天好\ngo\n", "hyp.txt", "it was\n今天很好\ngo\n")]
    [InlineData("ref.tsv", "wav/a-1.wav\tit is\nwav/a-2.wav\t今天好\nwav/b-3.wav\tgo\n", "hyp.txt", "a-1 it was\na-2 今天很好\nb-3 go\n")]
    public void Files_of_all_kinds_pair_up(string reference, string references, string hypothesis, string hypotheses)
    {
        var report = Run(reference, references, hypothesis, hypotheses);
        var figure = report.Scores[0].Figures.Single(f => f.Name == "MER");
        Assert.Equal(new EditCounts(5, 1, 0, 1), figure.Counts);
        Assert.Equal(2 / 6.0, figure.Rate.Value, 1e-12);
        Assert.Equal(2, figure.TextsWithErrors);
    }

    [Fact]
    public void What_nobody_sees_is_no_error()
    {
        var report = Run("ref.txt", "\u200eco\u00adoperate\n今\u200b天\ngo\n", "hyp.txt", "cooperate\n今天\ngo\n");
        Assert.All(report.Scores[0].Figures.Where(f => f.Name != "WER"), figure => Assert.Equal(0, figure.Rate.Value));
    }

    [Theory]
    [InlineData("ref.trn", "a (u1)\nb (u2)\n", "hyp.trn", "a (u1)\n", "hyp.trn: no hypothesis for 1 name", "none for 'u2'")]
    [InlineData("ref.trn", "a (u1)\n", "hyp.trn", "a (u1)\nb (u2)\n", "ref.trn: no reference for 1 name", "none for 'u2'")]
    [InlineData("ref.trn", "a (u1)\nb (u1)\n", "hyp.trn", "a (u1)\n", "ref.trn:2: 'u1' has two texts", "the first on line 1")]
    [InlineData("ref.trn", "a (u1)\n", "hyp.trn", "a (v1)\n", "no name in common", "'v1'")]
    [InlineData("ref.trn", "a (u1)\n", "hyp.trn", "a\n", "hyp.trn:1: not a line of texts", "found 'a'")]
    [InlineData("ref.txt", "a\nb\n", "hyp.txt", "a\n", "hyp.txt: another number of texts", "expected 2 lines")]
    [InlineData("ref.txt", "a b\nc d\n", "hyp.trn", "a (u1)\n", "ref.txt: texts without names", "hyp.trn has them")]
    [InlineData("ref.tsv", "id\tlanguage\nx\ty\tz\n", "hyp.trn", "a (u1)\n", "ref.tsv:2: not a line of texts", "name TAB text")]
    [InlineData("ref.json", "[1]\n", "hyp.trn", "a (u1)\n", "ref.json:1: not a line of texts", "a JSON object")]
    [InlineData("ref.json", "{\"id\":\"u1\"}\n", "hyp.trn", "a (u1)\n", "ref.json:1: no such column", "found id")]
    [InlineData("ref.wrd", "a b\nc d\n", "hyp.txt", "u1\ta b\nu2\tc d\n", "ref.wrd: texts without names", "--manifest")]
    [InlineData("ref.txt", "u1 a\n", "hyp.ctm", "u1 1 0.00 0.40 a 0.9\n", "hyp.ctm: words with their times (CTM)", "--format text")]
    [InlineData("ref.txt", " \n", "hyp.txt", "a\n", "ref.txt: no text in this file", "check the path")]
    [InlineData("ref.txt", "?!\n", "hyp.txt", "a\n", "ref.txt: no reference holds a word", "--keep-punctuation")]
    public void What_does_not_fit_is_one_line(
        string reference, string references, string hypothesis, string hypotheses, params string[] said)
    {
        var message = Assert.Throws<UserException>(() => Run(reference, references, hypothesis, hypotheses)).Message;
        Assert.All(said, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Lines_of_a_manifest_have_its_names_and_languages()
    {
        var manifest = _folder.Write("test.tsv", "/audio\nen/u1.wav\t16000\ten\nzh/u2.wav\t16000\tzh\n");
        var report = Run("test.wrd", "it is\n今天好\n", "hyp.txt", "u2\t今天很好\nu1\tit was\n", o => o with { ManifestPath = manifest });
        Assert.Equal(new EditCounts(4, 1, 0, 1), report.Scores[0].Figures.Single(f => f.Name == "MER").Counts);
        Assert.Equal([null, "en", "zh"], report.Scores.Select(s => s.Group));
        Assert.Contains("test.wrd: another number of texts", Assert.Throws<UserException>(() =>
            Run("test.wrd", "it is\n", "hyp.txt", "u1\tit was\n", o => o with { ManifestPath = manifest })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_in_two_scripts_are_counted_by_themselves()
    {
        const string References = "it is\n今天好\n我想去 mall\n?\n", Hypotheses = "it was\n今天很好\n我想去\nno\n";
        var report = Run("ref.txt", References, "hyp.txt", Hypotheses);
        Assert.Equal([null, "Chinese", "Latin", "code-switched"], report.Scores.Select(s => s.Group));
        Assert.Equal((EditCounts[])[new(7, 1, 1, 2), new(3, 0, 0, 1), new(1, 1, 0, 0), new(3, 0, 1, 0)],
            report.Scores.Select(s => s.Figures[0].Counts));
        Assert.Null(Run("ref.txt", References, "hyp.txt", Hypotheses, o => o with { Mode = ScoringMode.Jiwer }).Scores.Single().Group);
        Assert.Equal(4, Run("ref.txt", References, "hyp.txt", Hypotheses,
            o => o with { Mode = ScoringMode.Jiwer, By = ScoreParts.Script }).Scores.Count);
        Assert.Equal([null, "Latin"], Run("ref.txt", "it is\n", "hyp.txt", "it was\n", o => o with { By = ScoreParts.Script })
            .Scores.Select(s => s.Group));

        // beside languages once more
        const string Tagged = "id\ttext\tlanguage\nu1\tit is\ten\nu2\t今天好\tzh\nu3\t我想去 mall\tzh\n";
        var spoken = Run("ref.tsv", Tagged, "hyp.txt", "u1\tit was\nu2\t今天很好\nu3\t我想去\n");
        Assert.Equal([null, "en", "zh", "code-switched"], spoken.Scores.Select(s => s.Group));
        Assert.Equal([3, 1, 2, 1], spoken.Scores.Select(s => s.Texts));
        Assert.Equal(new EditCounts(6, 0, 1, 1), spoken.Scores[2].Figures[0].Counts);
        Assert.Contains("no language of these texts is known", Assert.Throws<UserException>(() =>
            Run("ref.txt", References, "hyp.txt", Hypotheses, o => o with { By = ScoreParts.Language })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_texts_may_be_let_through()
    {
        var report = Run("ref.trn", "a b (u1)\nc (u2)\n", "hyp.trn", "a b (u1)\nx (u3)\n", o => o with { Partial = true });
        Assert.Equal((2, 1), (report.Scores[0].Texts, report.Scores[0].Missing));
        Assert.Equal(new EditCounts(2, 0, 1, 0), report.Scores[0].Figures[0].Counts);
    }

    [Fact]
    public void Two_systems_groups_and_speakers()
    {
        string Lines(string column, Func<int, string> text) => $"id\t{column}\tlanguage\tspeaker\n" + string.Concat(
            Enumerable.Range(0, 60).Select(i => $"u{i}\t{text(i)}\t{(i % 2 == 0 ? "en" : "de")}\ts{i % 6}\n"));
        _folder.Write("old.tsv", Lines("hyp", i => i % 3 == 0 ? "one two" : "one two four"));
        var report = Run("ref.tsv", Lines("text", _ => "one two three"), "new.tsv",
            Lines("hyp", i => i % 10 == 0 ? "one" : "one two three"), o => o with { AgainstPath = _folder.At("old.tsv") });
        Assert.Equal([null, null, "de", "de", "en", "en"], report.Scores.Select(s => s.Group));
        var difference = report.Differences.First(d => d is { Figure: "WER", Group: null });
        Assert.True(difference.Paired.IsDifference);
        Assert.Equal([ResampledUnit.Utterances, ResampledUnit.Speakers], difference.Improvements.Select(i => i.Over));
        Assert.All(difference.Improvements, i => Assert.Equal((1.0, 0.0), (i.Probability, i.Ties)));
        Assert.Equal(12 / 180.0, report.Scores[0].Figures.Single(f => f.Name == "WER").Rate.Value, 1e-12);
        Assert.Equal(6, report.Scores[0].Figures[0].Rate.Intervals.Single(i => i.Over == ResampledUnit.Speakers).Units);
    }

    [Fact]
    public void A_long_text_takes_memory_by_its_errors()
    {
        var words = Enumerable.Range(0, 60_000).Select(i => $"w{i % 977}").ToArray();
        var heard = words.Where((_, i) => i % 5_000 != 7).Select((w, i) => i % 4_000 == 9 ? "x" : w).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var counts = TokenAlignment.Count(TokenAlignment.Of(words, heard, AlignmentRule.Jiwer));
        Assert.Equal(new EditCounts(words.Length - 27, 15, 12, 0), counts);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    [Fact]
    public void The_band_finds_what_the_whole_matrix_has()
    {
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            string[] Made(int most) => [.. Enumerable.Range(0, random.Next(most)).Select(_ => $"{random.Next(4)}")];
            var (reference, hypothesis) = (Made(90), Made(90));
            foreach (var (rule, cost) in new[] { (AlignmentRule.Jiwer, 1), (AlignmentRule.Sclite, 4) })
            {
                var counts = TokenAlignment.Count(TokenAlignment.Of(reference, hypothesis, rule));
                Assert.Equal((reference.Length, hypothesis.Length), (counts.ReferenceTokens, counts.HypothesisTokens));
                Assert.Equal(Least(reference, hypothesis, cost, cost == 1 ? 1 : 3),
                    (counts.Substitutions * cost) + ((counts.Deletions + counts.Insertions) * (cost == 1 ? 1 : 3)));
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static long Least(string[] a, string[] b, int substitution, int gap)
    {
        var cost = new long[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
                cost[i, j] = (i, j) switch
                {
                    (0, _) => j * gap,
                    (_, 0) => i * gap,
                    _ => Math.Min(cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : substitution),
                        Math.Min(cost[i - 1, j], cost[i, j - 1]) + gap),
                };
        }
        return cost[a.Length, b.Length];
    }

    private WordReport Run(string reference, string references, string hypothesis, string hypotheses,
        Func<WordScoringOptions, WordScoringOptions>? change = null)
    {
        var options = new WordScoringOptions
        {
            ReferencePath = _folder.Write(reference, references),
            HypothesisPath = _folder.Write(hypothesis, hypotheses),
        };
        return WordScoring.Run(change is null ? options : change(options));
    }
}
