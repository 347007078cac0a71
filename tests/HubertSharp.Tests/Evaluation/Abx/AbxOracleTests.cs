using HubertSharp.Evaluation.Abx;
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
        foreach (var score in made.Measure(s_whole).Scores)
        {
            var influences = score.Figure.ByUtterance.Units;
            Assert.Equal(0, influences.Values.Sum(u => u.Numerator), 1e-9);
            var plain = AbxOracle.Sums(made.Tokens(), score.Mode == "within", AbxOracle.Angle);
            var shares = plain.Keys.ToDictionary(k => k, k => Share(k, plain.Keys));
            const double step = 1e-4;
            foreach (var (name, influence) in influences)
            {
                double At(double weight)
                {
                    var sums = AbxOracle.Sums(made.Tokens(), score.Mode == "within", AbxOracle.Angle, u => u == name ? weight : 1);
                    return sums.Sum(s => shares[s.Key] * s.Value.Wrong / plain[s.Key].All)
                        / sums.Sum(s => shares[s.Key] * s.Value.All / plain[s.Key].All);
                }

                Assert.Equal((At(1 + step) - At(1 - step)) / (2 * step), influence.Numerator, 1e-6);
            }
        }
    }

    /// <summary>The same for speakers.</summary>
    [Fact]
    public void Influences_of_speakers()
    {
        using var made = MadeItems.Create(9, 140, 9, 4, speakers: 4);
        foreach (var score in made.Measure(s_whole).Scores)
        {
            var cells = score.Cells();
            var keys = cells.Select(c => (c.Speaker, c.A, c.B, c.Context, c.SpeakerOfX)).ToList();
            const double step = 1e-4;
            foreach (var (speaker, influence) in score.Figure.BySpeaker!.Units)
            {
                double At(double weight)
                {
                    double Of(string name) => name == speaker ? weight : 1;
                    return Mean(cells.Select((c, i) =>
                        (Share(keys[i], keys) * Of(c.Speaker) * (score.Mode == "across" ? Of(c.SpeakerOfX) : 1), c.Error)));
                }

                Assert.Equal((At(1 + step) - At(1 - step)) / (2 * step), influence.Numerator, 1e-6);
            }
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
