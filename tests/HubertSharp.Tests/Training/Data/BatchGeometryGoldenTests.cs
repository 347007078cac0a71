using System.Text.Json;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Training.Data;

[Trait("Part", "golden")]
public class BatchGeometryGoldenTests
{
    private static readonly JsonElement s_golden =
        JsonDocument.Parse(File.ReadAllText(Fixtures.At("labels", "crop_alignment.json"))).RootElement;

    [Fact]
    public void A_row_gets_the_labels_that_fairseq_slices_for_its_crop()
    {
        foreach (var row in s_golden.GetProperty("rows").EnumerateArray())
        {
            long samples = row.GetProperty("wav_len").GetInt64();
            var padAudio = row.GetProperty("pad_audio").GetBoolean();
            var geometry = BatchGeometry.Create([samples], padAudio, row.GetProperty("max_sample_size").GetInt64(),
                (_, _) => row.GetProperty("start").GetInt64());
            Assert.Equal(row.GetProperty("audio_size").GetInt32(), geometry.SizeSamples);

            var slice = Assert.Single(geometry.LabelSlices([row.GetProperty("label_len").GetInt32()],
                row.GetProperty("label_rate").GetDouble(), 16000, padAudio));

            Assert.Equal(row.GetProperty("frm_start").GetInt32(), slice.Start);
            Assert.Equal(row.GetProperty("slice_len").GetInt32(), slice.Count);
            Assert.Equal(row.GetProperty("slice_first").GetInt32(), slice.Start);
            Assert.Equal(row.GetProperty("slice_last").GetInt32(), slice.Start + slice.Count - 1);
        }
    }

    [Fact]
    public void A_batch_is_as_wide_and_its_rows_as_long_as_in_fairseq()
    {
        foreach (var batch in s_golden.GetProperty("batch_rows").EnumerateArray())
        {
            var samples = Longs(batch.GetProperty("wav_lens"));
            var starts = Longs(batch.GetProperty("starts"));
            var padAudio = batch.GetProperty("pad_audio").GetBoolean();
            var geometry = BatchGeometry.Create(samples, padAudio, batch.GetProperty("max_sample_size").GetInt64(),
                (row, _) => starts[row]);
            Assert.Equal(batch.GetProperty("audio_size").GetInt32(), geometry.SizeSamples);

            int[] labels = [.. Longs(batch.GetProperty("label_lens")).Select(n => (int)n)];
            var slices = geometry.LabelSlices(labels, batch.GetProperty("label_rate").GetDouble(), 16000, padAudio);

            Assert.Equal(Longs(batch.GetProperty("frm_starts")), slices.Select(s => (long)s.Start));
            Assert.Equal(Longs(batch.GetProperty("lengths")), slices.Select(s => (long)s.Count));
            Assert.Equal(batch.GetProperty("target_width").GetInt32(), slices.Max(s => s.Count));
        }
    }

    private static long[] Longs(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt64())];
}
