using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Training.Data;

public sealed class ManifestDataTests : IDisposable
{
    private static readonly UtteranceLimits s_all = new(null, null, null, PadAudio: false, Normalize: false);

    private readonly TinyRun _run = new();

    private string Manifest => Path.Combine(_run.Data, "train.tsv");

    [Fact]
    public void Utterances_outside_the_limits_are_in_no_batch()
    {
        var all = ManifestData.Open(Manifest, s_all);
        var lengths = all.Manifest.Entries.Select(e => e.LengthSamples).Order().ToArray();
        var limits = s_all with { MinSampleSize = (int)lengths[0] + 1, MaxKeepSize = (int)lengths[^1] - 1 };
        var some = ManifestData.Open(Manifest, limits);
        Assert.Equal(lengths.Length, all.KeptCount);
        Assert.Equal(lengths.Count(limits.Keep), some.KeptCount);
        Assert.InRange(some.KeptCount, 1, lengths.Length - 2);
        var planned = some.PlanBatches(new() { MaxTokens = null, BatchSize = 1 }, 1, training: true).SelectMany(b => b);
        Assert.All(some.LengthsOf([.. planned]), length => Assert.InRange(length, lengths[0] + 1, lengths[^1] - 1));
    }

    [Fact]
    public void Padding_counts_whole_utterances_and_cropping_what_is_left()
    {
        var longest = ManifestData.Open(Manifest, s_all).Manifest.Entries.Max(e => e.LengthSamples);
        var cropped = s_all with { MaxSampleSize = 1000 };
        var dataset = new Runs.Configuration.Groups.DatasetConfig { MaxTokens = 1000 };
        Assert.NotEmpty(ManifestData.Open(Manifest, cropped).PlanBatches(dataset, 1, training: true));
        var message = Assert.Throws<UserException>(() =>
            ManifestData.Open(Manifest, cropped with { PadAudio = true }).PlanBatches(dataset, 1, training: true)).Message;
        Assert.Contains($"{longest} or more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_an_utterance_is_that_part_of_the_whole_also_when_normalised()
    {
        var data = ManifestData.Open(Manifest, s_all);
        var whole = AudioFile.Read(data.Manifest.FullPath(0));
        var row = new float[500];
        data.Read(0, 300, row);
        Assert.Equal(whole[300..800], row);

        ManifestData.Open(Manifest, s_all with { Normalize = true }).Read(0, 300, row);
        WaveformNorm.Apply(whole);
        Assert.Equal(whole[300..800], row);
    }

    [Fact]
    public void A_manifest_without_an_utterance_to_keep_is_refused()
    {
        var message = Assert.Throws<UserException>(() => ManifestData.Open(Manifest, s_all with { MinSampleSize = 10_000_000 })).Message;
        Assert.Contains("10000000 samples or more", message, StringComparison.Ordinal);
    }

    public void Dispose() => _run.Dispose();
}
