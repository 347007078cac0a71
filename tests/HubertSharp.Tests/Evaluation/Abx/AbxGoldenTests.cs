using System.Text.Json;
using HubertSharp.Clustering.Distances;
using HubertSharp.Evaluation.Abx;

namespace HubertSharp.Tests.Evaluation.Abx;

/// <summary>
/// <c>abx/expected.json</c>, from libri-light's own program. Scores 1e-5 and single distances 1e-5, since it computes in float32; a cell
/// 1e-6, or the one triple that may fall to the other side where two distances are nearer to one another than that.
/// </summary>
[Trait("Part", "golden")]
public class AbxGoldenTests
{
    private const double ScoreTolerance = 1e-5, CellTolerance = 1e-6, DistanceTolerance = 1e-5, NearGap = 1e-5;

    private static readonly string Folder = Fixtures.At("abx");

    public static TheoryData<string, AbxDistance, AbxPooling> Cases() => new()
    {
        { "cosine", AbxDistance.Cosine, AbxPooling.None },
        { "euclidian", AbxDistance.NormalisedEuclidean, AbxPooling.None },
        { "euclidean_raw_own", AbxDistance.Euclidean, AbxPooling.None },
        { "mean_pooled_cosine_own", AbxDistance.Cosine, AbxPooling.Mean },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Scores_and_cells(string name, AbxDistance distance, AbxPooling pooling)
    {
        using var json = Expected();
        var expected = json.RootElement.GetProperty(name);
        foreach (var score in Measure(json, new AbxOptions { Distance = distance, Pooling = pooling, MaxSizeGroup = 0, MaxXAcross = 0 }))
        {
            var mode = expected.GetProperty(score.Mode);
            Assert.Equal(mode.GetProperty("score").GetDouble(), score.Error, ScoreTolerance);
            if (expected.TryGetProperty("libri_light", out var theirs))
                Assert.Equal(theirs.GetProperty(score.Mode).GetDouble(), score.Error, ScoreTolerance);
            var pairs = score.ByPair();
            Assert.Equal(mode.GetProperty("by_phone_pair").EnumerateObject().Count(), pairs.Count);
            foreach (var ((a, b), error) in pairs)
                Assert.Equal(mode.GetProperty("by_phone_pair").GetProperty($"{a},{b}").GetDouble(), error, ScoreTolerance);
            if (mode.TryGetProperty("cells", out var cells))
                Cells(cells, score.Cells(), mode.GetProperty("smallest_distance_gap").GetDouble());
        }
    }

    [Fact]
    public unsafe void Distances_of_single_items()
    {
        using var json = Expected();
        var items = Items();
        using var source = new FrameFolder(Path.Combine(Folder, "features"));
        var samples = json.RootElement.GetProperty("dtw_samples").EnumerateArray().ToArray();
        Assert.NotEmpty(samples);
        foreach (var sample in samples)
        {
            var pair = new[] { items[sample.GetProperty("item_i").GetInt32()], items[sample.GetProperty("item_j").GetInt32()] };
            int[] frames = [sample.GetProperty("frames_i").GetInt32(), sample.GetProperty("frames_j").GetInt32()];
            var ranges = pair.Select((item, i) => new ItemRange(source.Find(item.File)!.Value,
                (int)Math.Max(0, Math.Ceiling((Rate(json) * item.OnsetSeconds) - 0.5)), frames[i])).ToArray();
            // rooms of their own: one speaker each
            var groups = new AbxGroups(
                [pair[0] with { Speaker = "x" }, pair[1] with { Speaker = "y", Previous = pair[0].Previous, Next = pair[0].Next }],
                new AbxOptions());
            using var store = FrameStore.Load(groups, [true, true], ranges, source, new AbxOptions(), null, default);
            using var distances = new FrameDistances(store, AbxDistance.Cosine);
            using var warped = new WarpedDistances();
            using var matrix = new NativeArray<float>((FrameDistances.Padded(frames[0]) * store.PanelsOf(1) * FrameStore.Lanes) + 64);
            distances.Fill(0, 0, frames[0], 1, matrix.Start);
            var found = new float[1];
            warped.Warp([new ItemPair(0, store.PanelsOf(1) * FrameStore.Lanes, frames[0], frames[1], 0)], matrix.Start, found);
            Assert.Equal(sample.GetProperty("dtw_cosine").GetDouble(), found[0], DistanceTolerance);
        }
    }

    private static void Cells(JsonElement expected, IReadOnlyList<AbxCell> cells, double smallestGap)
    {
        Assert.Equal(expected.GetArrayLength(), cells.Count);
        var found = cells.ToDictionary(c => (c.Speaker, c.A, c.B, c.Context, c.SpeakerOfX));
        foreach (var cell in expected.EnumerateArray())
        {
            var mine = found[(Text(cell, "speaker"), Text(cell, "A"), Text(cell, "B"), Text(cell, "context"), Text(cell, "x_speaker"))];
            Assert.Equal(cell.GetProperty("triples").GetInt64(), mine.Triples);
            var tolerance = smallestGap < NearGap ? CellTolerance + (1.0 / mine.Triples) : CellTolerance;
            Assert.Equal(cell.GetProperty("error").GetDouble(), mine.Error, tolerance);
        }
    }

    private static IReadOnlyList<AbxScore> Measure(JsonDocument json, AbxOptions options)
    {
        using var source = new FrameFolder(Path.Combine(Folder, "features"));
        var measured = AbxMeasurement.Of(Items(), "items", source, Rate(json), options, needsAll: true, null, default);
        Assert.Equal(json.RootElement.GetProperty("items_used").GetInt32(), measured.Items);
        return measured.Scores;
    }

    private static IReadOnlyList<AbxItem> Items() => ItemFile.Read(Directory.GetFiles(Folder, "*.item").Single());

    private static double Rate(JsonDocument json) => json.RootElement.GetProperty("config").GetProperty("feature_rate").GetDouble();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static JsonDocument Expected() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")));
}
