using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Pretraining;

public class ValidationSamplesTests
{
    [Fact]
    public void The_samples_are_what_the_validation_measured()
    {
        using var run = new TinyRun();
        run.Train(null, "common.sample_predictions=64", "common.bf16=false");
        var samples = PredictionSamples.Read(Path.Combine(run.Folder, "samples", "valid.json"));
        var logged = File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement)
            .Last(l => l.GetProperty("tag").GetString() == "valid");
        Assert.Equal(logged.GetProperty("valid_num_updates").GetInt64(), samples.Update);
        var manifest = Manifest.Read(Path.Combine(run.Data, "valid.tsv"));
        foreach (var language in (string[])["zh", "en"])
        {
            var frames = samples.Utterances.Where(u => manifest.Entries[u.Index].Language == language)
                .SelectMany(u => u.Masked.Select((frame,
                    i) => (Right: u.Clusters[frame] == u.Predicted[i], P: u.TrueProbability[i], Best: u.PredictedProbability[i]))).ToList();
            Assert.Equal(logged.GetProperty($"valid_correct_m_0_{language}").GetDouble(), frames.Average(f => f.Right ? 1.0 : 0), 2e-3);
            // four digits of each probability
            Assert.Equal(logged.GetProperty($"valid_loss_m_0_{language}").GetDouble(), frames.Average(f => -Math.Log2(f.P)), 2e-3);
            Assert.All(frames, f => Assert.True(f.Right ? f.P == f.Best : f.P <= f.Best));
        }
        Assert.Equal(Enumerable.Range(0, manifest.Entries.Count), samples.Utterances.Select(u => u.Index).Order());
        using var labels = LabelFile.Open(Path.Combine(run.Data, "valid.km"));
        foreach (var utterance in samples.Utterances)
        {
            Assert.Equal(manifest.Entries[utterance.Index].RelativePath, utterance.Path);
            Assert.True(utterance.StartSample + utterance.LengthSamples <= manifest.Entries[utterance.Index].LengthSamples);
            var line = labels.ReadLine(utterance.Index).Split(' ').Select(int.Parse).ToArray();
            var perFrame = samples.LabelRate * samples.FrameSamples / samples.SampleRate;
            var first = (int)Math.Round(utterance.StartSample * samples.LabelRate / samples.SampleRate);
            Assert.Equal(utterance.Clusters.Select((_, t) => line[first + (int)(t * perFrame)]), utterance.Clusters);
        }
    }

    [Fact]
    public void They_change_no_bit_of_the_run_and_stay_the_same_after_a_stop()
    {
        using var without = new TinyRun();
        without.Train(null, "common.sample_predictions=0");
        Assert.False(Directory.Exists(Path.Combine(without.Folder, "samples")));
        using var with = new TinyRun();
        with.Train(null, "common.sample_predictions=3");
        using var stopped = new TinyRun();
        stopped.Train(new PretrainingOptions { StopAfterUpdate = 5 }, "common.sample_predictions=3");
        stopped.Train(null, "common.sample_predictions=3");

        foreach (var run in (TinyRun[])[with, stopped])
        {
            Assert.Equal(without.MetricsWithoutClock(), run.MetricsWithoutClock());
            Assert.Equal(Weights(without), Weights(run));
        }
        Assert.Equal(Samples(with), Samples(stopped));
        Assert.Equal(3, PredictionSamples.Read(Path.Combine(with.Folder, "samples", "valid.json")).Utterances.Count);

        static byte[] Weights(TinyRun run) =>
            File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", "checkpoint_last", "model.safetensors"));
        static string Samples(TinyRun run) => File.ReadAllText(Path.Combine(run.Folder, "samples", "valid.json"));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_a_warning_and_not_the_end()
    {
        using var run = new TinyRun();
        Directory.CreateDirectory(run.Folder);
        File.WriteAllText(Path.Combine(run.Folder, "samples"), "a file where the folder should be");
        var notices = new List<string>();
        Assert.True(run.Train(new PretrainingOptions { Notice = notices.Add }, "common.sample_predictions=1").Finished);
        Assert.Contains(notices, n => n.StartsWith("warning: ", StringComparison.Ordinal) && n.Contains("samples"));
    }
}
