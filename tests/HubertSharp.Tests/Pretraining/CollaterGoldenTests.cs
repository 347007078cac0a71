using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Pretraining;

[Trait("Part", "golden")]
public class CollaterGoldenTests
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(File.ReadAllText(Fixtures.At("labels", "collated.json"))).RootElement;
    private static readonly SafetensorsFile s_tensors = SafetensorsFile.Read(Fixtures.At("labels", "collated.safetensors"));

    [Fact]
    public void Batches_are_those_of_fairseqs_dataset()
    {
        foreach (var item in s_golden.GetProperty("cases").EnumerateArray())
        {
            Check(item, set: 0, "km", 100);
            Check(item, set: 1, "km50", 50);
        }
    }

    private static void Check(JsonElement item, int set, string labels, double labelRate)
    {
        var name = item.GetProperty("case").GetString()!;
        var task = new TaskConfig
        {
            Data = Fixtures.At("labels"),
            Labels = [labels],
            LabelRate = labelRate,
            Normalize = item.GetProperty("normalize").GetBoolean(),
            PadAudio = item.GetProperty("pad_audio").GetBoolean(),
            RandomCrop = item.GetProperty("random_crop").GetBoolean(),
            MaxSampleSize = item.GetProperty("max_sample_size") is { ValueKind: JsonValueKind.Number } size ? size.GetInt32() : null,
        };
        using var data = PretrainingData.Open(task, "train");
        var rows = item.GetProperty("indices").EnumerateArray().Select(i => i.GetInt32()).ToArray();
        var crops = new Queue<long>(item.GetProperty("cropped_wav_len_and_start").EnumerateArray().Select(c => c[1].GetInt64()));
        var samples = rows.Select(i => data.Manifest.Entries[i].LengthSamples).ToArray();
        var geometry = BatchGeometry.Create(samples, task.PadAudio, task.MaxSampleSize, (_, _) => crops.Dequeue());

        var batch = data.Collate(rows, geometry).Batch;

        Assert.Equal(item.GetProperty("audio_size").GetInt32(), batch.SamplesPerRow);
        Assert.Equal(s_tensors[$"{name}_padding_mask_lengths"].ToLongs(), batch.LengthsSamples);
        Assert.Equal(s_tensors[$"{name}_target{set}"].ToLongs(), batch.Targets[0]);
        var lengths = s_tensors[$"{name}_lengths{set}"].ToLongs();
        Assert.Equal(item.GetProperty("ntokens")[set].GetInt64(), lengths.Sum());
        Assert.Equal(lengths.Sum(), batch.Targets[0].LongCount(t => t != 1));
        for (var row = 0; row < rows.Length; row++)
        {
            var source = batch.Source.AsSpan(row * batch.SamplesPerRow, batch.SamplesPerRow);
            for (var i = 0; i < 5; i++)
                Assert.Equal(item.GetProperty("source_first5")[row][i].GetDouble(), source[i], 2e-6);
            var squares = 0.0;
            foreach (var sample in source)
                squares += (double)sample * sample;
            Assert.Equal(item.GetProperty("source_rms")[row].GetDouble(), Math.Sqrt(squares / source.Length), 2e-6);
        }
    }
}
