using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Abx;

/// <summary>Cells, scores and influences against plain loops.</summary>
[Trait("Part", "oracle")]
public class AbxOracleTests
{
    private static readonly AbxOptions s_whole = new() { MaxSizeGroup = 0, MaxXAcross = 0 };

    [Theory]
    [InlineData(1, 120, 7, 6)]
    [InlineData(2, 60, 40, 23)] // longer items than a vector has lanes
    [InlineData(3, 90, 1, 3)]
    public void Angles_of_made_items(int seed, int items, int dimensions, int longest) =>
        Same(MadeItems.Create(seed, items, dimensions, longest), AbxDistance.Cosine, AbxOracle.Angle);

    [Fact]
    public void Euclidean_distances() => Same(MadeItems.Create(4, 100, 13, 7), AbxDistance.Euclidean, AbxOracle.Euclid);

    /// <summary>One-hot units: most distances are equal, so that only exact ties give the right count.</summary>
    [Theory]
    [InlineData(AbxDistance.Cosine)]
    [InlineData(AbxDistance.Euclidean)]
    public void Ties_are_exact(AbxDistance distance) =>
        Same(MadeItems.Create(5, 150, 6, 4, frame: distance == AbxDistance.Cosine ? Unit : Step), distance,
            distance == AbxDistance.Cosine ? AbxOracle.Angle : AbxOracle.Euclid);

    /// <summary>Frames that hardly differ, where 1 − cosine keeps no digit, and frames of zeros.</summary>
    [Fact]
    public void Near_and_zero_frames() => Same(MadeItems.Create(6, 100, 12, 5, frame: Near), AbxDistance.Cosine, AbxOracle.Angle, 0.01);

    [Fact]
    public void Caps_keep_groups_small_and_the_seed_decides()
    {
        using var made = MadeItems.Create(7, 300, 5, 3, speakers: 5);
        var options = new AbxOptions { MaxSizeGroup = 3, MaxXAcross = 2, Seed = 1 };
        var cells = made.Measure(options).Scores[1].Cells();
        Assert.All(cells, c => Assert.InRange(c.Triples, 1, 27));
        Assert.All(cells.GroupBy(c => (c.Speaker, c.A, c.B, c.Context)), x => Assert.InRange(x.Count(), 1, 2));
        Assert.Equal(cells, made.Measure(options).Scores[1].Cells());
        Assert.NotEqual(cells, made.Measure(options with { Seed = 2 }).Scores[1].Cells());
    }

    /// <summary>The influence of an utterance is the derivative of the mean over triples by its weight.</summary>
    [Fact]
    public void Influences_of_utterances()
    {
        using var made = MadeItems.Create(8, 90, 9, 4);
        foreach (var score in made.Measure(s_whole with { MostExactUtterances = 0 }).Scores)
        {
            var influences = ((UnitSums)score.Figure.ByUtterance).Units;
            Assert.Equal(0, influences.Values.Sum(u => u.Numerator), 1e-9);
            var plain = AbxOracle.Sums(made.Tokens(), score.Mode == "within", AbxOracle.Angle);
            const double step = 1e-4;
            foreach (var (name, influence) in influences)
            {
                double At(double weight) => Weighted(made, score, plain, utterance => utterance == name ? weight : 1);
                Assert.Equal((At(1 + step) - At(1 - step)) / (2 * step), influence.Numerator, 1e-6);
            }
        }
    }

    /// <summary>A draw gives the mean over triples, each weighing the product of how often its utterances were drawn.</summary>
    [Theory]
    [InlineData(90, false)]
    [InlineData(24, true)] // most distances are equal
    public void Draws_of_few_utterances(int items, bool ties)
    {
        using var made = MadeItems.Create(8, items, 6, 4, frame: ties ? Unit : null);
        foreach (var score in made.Measure(s_whole).Scores)
        {
            var figure = score.Figure.ByUtterance;
            var plain = AbxOracle.Sums(made.Tokens(), score.Mode == "within", AbxOracle.Angle);
            Assert.Equal(score.Error, figure.Value, 1e-9);
            Assert.Equal(plain.Keys.SelectMany(UtterancesOf).Distinct().Order(), figure.Names.Order());
            var units = Bootstrap.UnitsOf([figure]);
            for (var draw = 0; draw < 5; draw++)
            {
                var random = SeededRandom.ForItem(3, draw);
                int[] counts = [.. units.Select(_ => random.Below(3))];
                Assert.Equal(Weighted(made, score, plain, name => counts[Array.IndexOf(units, name)]), figure.Over(units)(counts), 1e-9);
            }

            IEnumerable<string> UtterancesOf((string Speaker, string A, string B, string Context, string X) cell) => made.Items
                .Where(i => i.Context == cell.Context && ((i.Speaker == cell.Speaker && (i.Phone == cell.A || i.Phone == cell.B))
                    || (i.Speaker == cell.X && i.Phone == cell.A)))
                .Select(i => i.File);
        }
    }

    /// <summary>The same of speakers, where a cell weighs the product of how often those who say A and B, and X, were drawn.</summary>
    [Fact]
    public void Draws_of_speakers()
    {
        using var made = MadeItems.Create(9, 140, 9, 4, speakers: 4);
        foreach (var score in made.Measure(s_whole).Scores)
        {
            var cells = score.Cells();
            var keys = cells.Select(c => (c.Speaker, c.A, c.B, c.Context, c.SpeakerOfX)).ToList();
            int[] counts = [2, 0, 1, 1];
            int Of(string speaker) => counts[speaker[1] - '0'];
            Assert.Equal(["s0", "s1", "s2", "s3"], Bootstrap.UnitsOf([score.Figure.BySpeaker!]));
            Assert.Equal(score.Error, score.Figure.BySpeaker!.Value, 1e-12);
            Assert.Equal(
                Mean(cells.Select((c, i) =>
                    (Share(keys[i], keys) * Of(c.Speaker) * (score.Mode == "across" ? Of(c.SpeakerOfX) : 1), c.Error))),
                score.Figure.BySpeaker.Over(["s0", "s1", "s2", "s3"])(counts), 1e-12);
        }
    }

    /// <summary>Cells of one triple each leave something to be unsure of.</summary>
    [Fact]
    public void Sparse_cells_have_an_interval_too()
    {
        using var made = MadeItems.Create(11, 40, 9, 3, speakers: 6, phones: 3, contexts: 3);
        foreach (var score in made.Measure(s_whole with { MaxSizeGroup = 0 }).Scores.Where(s => s.Mode == "across"))
            Assert.All(score.Figure.Estimate(1).Intervals, i => Assert.True(i.High - i.Low > 0.01));
    }

    /// <summary>A worse copy of the same features is told from the first; a copy is not.</summary>
    [Fact]
    public void Paired_differences()
    {
        using var good = MadeItems.Create(10, 400, 30, 4, speakers: 6);
        using var bad = MadeItems.Create(10, 400, 30, 4, speakers: 6, frame: (r, phone) =>
            [.. Enumerable.Range(0, 30).Select(d => (float)(r.NextNormal() + (d % 3 == phone ? 0.3 : 0)))]);
        var (first, second) = (good.Measure(s_whole).Scores[1], bad.Measure(s_whole).Scores[1]);
        var difference = first.Figure.Less(second.Figure, 1);
        Assert.True(difference.IsDifference);
        Assert.True(difference.Difference < 0);
        Assert.Equal([ResampledUnit.Utterances, ResampledUnit.Speakers], difference.Intervals.Select(i => i.Over));
        Assert.False(first.Figure.Less(first.Figure, 1).IsDifference);
    }

    // the mean over triples, those of a cell at its share, each as much as its utterances weigh
    private static double Weighted(MadeItems made, AbxScore score,
        Dictionary<(string Speaker, string A, string B, string Context, string SpeakerOfX), (double Wrong, double All)> plain,
        Func<string, double> weight)
    {
        var sums = AbxOracle.Sums(made.Tokens(), score.Mode == "within", AbxOracle.Angle, weight);
        return sums.Sum(s => Share(s.Key, plain.Keys) * s.Value.Wrong / plain[s.Key].All)
            / sums.Sum(s => Share(s.Key, plain.Keys) * s.Value.All / plain[s.Key].All);
    }

    // the mean over contexts and speakers of X, then speakers, then pairs
    private static double Share(
        (string Speaker, string A, string B, string Context, string X) key,
        IReadOnlyCollection<(string Speaker, string A, string B, string Context, string X)> all)
    {
        var pair = all.Where(k => (k.A, k.B) == (key.A, key.B)).ToList();
        return 1.0 / all.Select(k => (k.A, k.B)).Distinct().Count() / pair.Select(k => k.Speaker).Distinct().Count()
            / pair.Count(k => k.Speaker == key.Speaker);
    }

    private static double Mean(IEnumerable<(double Weight, double Value)> values) =>
        values.Sum(v => v.Weight * v.Value) / values.Sum(v => v.Weight);

    private static float[] Unit(SeededRandom random, int phone)
    {
        var frame = new float[6];
        frame[random.Below(3) == 0 ? random.Below(6) : phone] = 1;
        return frame;
    }

    // whole numbers on a line
    private static float[] Step(SeededRandom random, int phone) => [random.Below(3) + phone, 0, 0, 0, 0, 0];

    private static float[] Near(SeededRandom random, int phone)
    {
        var kind = random.Below(10);
        return [.. Enumerable.Range(0, 12)
            .Select(d => kind == 0 ? 0f : 10 + (kind < 5 ? 0 : 0.01f * (float)random.NextNormal()) + (d == phone ? 0.02f : 0))];
    }

    private static void Same(
        MadeItems made, AbxDistance distance, Func<double[], double[], double> oracle, double tolerance = 1e-9)
    {
        foreach (var score in made.Measure(s_whole with { Distance = distance }).Scores)
        {
            var expected = AbxOracle.Cells(made.Tokens(), score.Mode == "within", oracle);
            var found = score.Cells();
            Assert.Equal(expected.Count, found.Count);
            foreach (var cell in found)
                Assert.Equal(expected[(cell.Speaker, cell.A, cell.B, cell.Context, cell.SpeakerOfX)], cell.Error, tolerance);
            Assert.Equal(AbxOracle.Score(expected), score.Error, tolerance);
        }
    }
}
