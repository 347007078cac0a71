using System.Globalization;
using System.Text.Json;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Training.Data;

/// <summary>The rows of 600 updates of a real fairseq run on 1,009 utterances, as its log gives them (means of ten updates).</summary>
[Trait("Part", "golden")]
public class BatchOrderGoldenTests
{
    // a run of its own, not a kind of golden data that another set has too
    private static string At(string name) => Path.Combine(Fixtures.RepositoryRoot(), "tests", "fixtures", "baseline", name);

    [Fact]
    public void The_batches_come_in_fairseqs_order()
    {
        var golden = JsonDocument.Parse(File.ReadAllText(At("batches.json"))).RootElement;
        int Number(string name) => golden.GetProperty(name).GetInt32();
        var data = ManifestData.Open(At("train.tsv"),
            new(Number("min_sample_size"), null, Number("max_sample_size"), PadAudio: false, Normalize: false));
        var batches = data.PlanBatches(new() { MaxTokens = Number("max_tokens") }, Number("seed"), training: true);
        var plan = new UpdatePlan(batches, [1], Number("seed"), skipRemainder: false);

        var rows = Enumerable.Range(1, 600).Select(update => plan.MicroBatches(update)[0].Length).ToList();

        Assert.Equal([6, 8, 3, 4, 4, 8, 8, 8, 2, 3, 8, 6], rows[..12]);
        Assert.Equal(golden.GetProperty("bsz").EnumerateArray().Select(b => b.GetDouble().ToString("0.0", CultureInfo.InvariantCulture)),
            rows.Chunk(Number("log_interval")).Select(c => Math.Round(c.Average(), 1).ToString("0.0", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Only_a_last_batch_of_odd_rows_is_left_out_and_only_of_training()
    {
        var data = ManifestData.Open(At("train.tsv"), new(null, null, 160_000, PadAudio: false, Normalize: false));
        int Rows(int multiple, bool training) => data
            .PlanBatches(new() { MaxTokens = 320_000, RequiredBatchSizeMultiple = multiple }, 1337, training).Sum(b => b.Length);
        Assert.Equal(1009 - 5, Rows(8, training: true));
        Assert.Equal(1009, Rows(8, training: false));
        Assert.Equal(1009, Rows(1, training: true));
        DatasetConfig one = new() { MaxTokens = null, RequiredBatchSizeMultiple = 2000 };
        Assert.Equal([1009], data.PlanBatches(one, 1337, training: true).Select(b => b.Length)); // alone it is all there is
    }
}
