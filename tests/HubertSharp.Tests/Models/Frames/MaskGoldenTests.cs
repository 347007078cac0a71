using System.Text.Json;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Models.Frames;

/// <summary>Mask statistics against 2000 draws of fairseq's <c>compute_mask_indices</c> each.</summary>
[Trait("Part", "golden")]
public class MaskGoldenTests
{
    [Fact]
    public void Mask_statistics_are_fairseqs()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("mask_indices", "mask_stats.json")));
        foreach (var item in json.RootElement.EnumerateArray())
            Compare(item);
    }

    private static void Compare(JsonElement item)
    {
        var frames = item.GetProperty("T").GetInt32();
        var lengths = item.GetProperty("lengths").EnumerateArray().Select(l => l.GetInt32()).ToArray();
        var settings = new MaskSettings
        {
            Probability = item.GetProperty("mask_prob").GetDouble(),
            SpanLength = item.GetProperty("mask_length").GetInt32(),
            Selection = item.GetProperty("mask_type").GetString()!,
            MinimumSpans = item.GetProperty("min_masks").GetInt32(),
        };
        var draws = item.GetProperty("draws").GetInt32();
        var counts = new double[draws];
        var runs = new double[draws];
        var positions = new double[frames];
        for (var draw = 0; draw < draws; draw++)
        {
            var mask = MaskIndices.Draw(lengths, frames, settings, SeededRandom.Derive(11, (ulong)draw));
            var perRow = Enumerable.Range(0, lengths.Length).Select(row => mask.AsSpan(row * frames, frames).Count(true)).ToArray();
            Assert.All(perRow, count => Assert.Equal(perRow[0], count));
            for (var row = 0; row < lengths.Length; row++)
                Assert.False(mask.AsSpan(row * frames + lengths[row], frames - lengths[row]).Contains(true));
            counts[draw] = perRow[0];
            for (var t = 0; t < frames; t++)
            {
                positions[t] += mask[t] ? 1.0 / draws : 0;
                runs[draw] += mask[t] && (t == 0 || !mask[t - 1]) ? 1 : 0;
            }
        }
        var error = item.GetProperty("standard_error_of_frac_mean").GetDouble();
        Assert.Equal(item.GetProperty("frac_of_T_mean").GetDouble(), counts.Average() / frames, 4 * error + 0.002);
        var deviation = Deviation(counts) / frames;
        var wanted = item.GetProperty("frac_of_T_std_per_sample").GetDouble();
        Assert.InRange(deviation, wanted * 0.9, wanted * 1.1);
        var runMean = item.GetProperty("contiguous_runs_mean_per_row")[0].GetDouble();
        var runDeviation = item.GetProperty("contiguous_runs_std_per_row")[0].GetDouble();
        Assert.Equal(runMean, runs.Average(), 5 * runDeviation * Math.Sqrt(2.0 / draws));
        Assert.Equal(0, positions[lengths[0] - 1]);
        var first = item.GetProperty("position_mask_prob_row0_first12").EnumerateArray().Select(p => p.GetDouble()).ToArray();
        for (var t = 0; t < first.Length; t++)
            Assert.Equal(first[t], positions[t], 0.07);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
