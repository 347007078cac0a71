using System.Text.Json;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Words;

/// <summary>Bisani and Ney's figures of draws that are given: <c>scoring/bootstrap.json</c>, to 1e-12.</summary>
[Trait("Part", "golden")]
public class BootstrapGoldenTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Rates_intervals_and_the_probability_of_improvement()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("scoring", "bootstrap.json")));
        var root = json.RootElement;
        double[] Numbers(string name) => [.. root.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        using var array = NpyReader.Open(Fixtures.At("scoring", "bootstrap_indices.npy"));
        var indices = array.ReadFloats();
        var words = Numbers("ref_words");
        var draws = root.GetProperty("replicates").GetInt32();
        Assert.Equal(draws * words.Length, indices.Length);
        UnitSums Sums(double[] errors) => UnitSums.Quotient(errors.Select((e, i) => ($"{i:00000}", e, words[i])));
        var (a, b) = (Sums(Numbers("errors_a")), Sums(Numbers("errors_b")));
        Assert.Equal(root.GetProperty("rate_a").GetDouble(), a.Value, Tolerance);
        Assert.Equal(root.GetProperty("rate_b").GetDouble(), b.Value, Tolerance);

        var drawn = Bootstrap.Draw([a, b], Bootstrap.UnitsOf([a, b]), draws, (draw, counts) =>
        {
            foreach (var index in indices.AsSpan(draw * words.Length, words.Length))
                counts[(int)index]++;
        });
        Assert.Equal(Numbers("first5_rate_a"), drawn[0][..5], (x, y) => Math.Abs(x - y) <= Tolerance);
        Check(root.GetProperty("a"), drawn[0]);
        Check(root.GetProperty("b"), drawn[1]);
        Check(root.GetProperty("difference_b_minus_a"), [.. drawn[1].Zip(drawn[0], (x, y) => x - y)]);
        Assert.Equal(root.GetProperty("probability_of_improvement").GetDouble(), Bootstrap.ShareBelow(drawn[1], drawn[0]), Tolerance);
        Assert.Equal(root.GetProperty("ties").GetDouble() / draws, Bootstrap.ShareEqual(drawn[1], drawn[0]), Tolerance);
    }

    private static void Check(JsonElement expected, double[] drawn)
    {
        var interval = Bootstrap.Interval(ResampledUnit.Utterances, 1, drawn);
        Assert.Equal(expected.GetProperty("ci95_percentile")[0].GetDouble(), interval.Low, Tolerance);
        Assert.Equal(expected.GetProperty("ci95_percentile")[1].GetDouble(), interval.High, Tolerance);
        Assert.Equal(expected.GetProperty("mean").GetDouble(), drawn.Average(), Tolerance);
    }
}
