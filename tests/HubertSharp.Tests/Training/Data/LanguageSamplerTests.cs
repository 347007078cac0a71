using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.Training.Data;

public sealed class LanguageSamplerTests : IDisposable
{
    private const int English = 900, Mandarin = 100; // seconds: one each

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(2, 0.75)]
    [InlineData(5, 0.608127)]
    [InlineData(1000, 0.500549)]
    public void Shares_are_those_of_the_formula(double temperature, double expected)
    {
        var sampler = Sampler(temperature);
        var heard = Enumerable.Range(1, 200).SelectMany(sampler.Utterances).ToArray();
        Assert.Equal(expected, heard.Count(u => u < English) / (double)heard.Length, tolerance: 0.002);
        var wanted = Math.Pow(0.9, 1 / temperature) / (Math.Pow(0.9, 1 / temperature) + Math.Pow(0.1, 1 / temperature));
        Assert.Equal(wanted, expected, tolerance: 1e-6);
    }

    [Fact]
    public void Within_a_language_all_are_heard_equally_often_and_the_smallest_in_every_epoch()
    {
        var sampler = Sampler(2);
        var times = new int[English + Mandarin];
        for (var epoch = 1; epoch <= 30; epoch++)
        {
            var chosen = sampler.Utterances(epoch);
            Assert.Equal(chosen.Distinct().Order(), chosen);
            Assert.Equal(Mandarin, chosen.Count(u => u >= English));
            foreach (var utterance in chosen)
                times[utterance]++;
        }
        Assert.All(times[English..], t => Assert.Equal(30, t));
        Assert.All(times[..English], t => Assert.InRange(t, 9, 10)); // a third of 900 per epoch
    }

    [Fact]
    public void An_epoch_is_a_function_of_seed_and_number()
    {
        Assert.Equal(Sampler(3).Utterances(7), Sampler(3).Utterances(7));
        Assert.NotEqual(Sampler(3).Utterances(7), Sampler(3).Utterances(8));
        Assert.NotEqual(Sampler(3).Utterances(7), Sampler(3, seed: 2).Utterances(7));
        Assert.Equal(Enumerable.Range(0, English + Mandarin), Sampler(1).Utterances(4));
    }

    [Fact]
    public void A_temperature_of_one_leaves_fairseqs_batches_as_they_are()
    {
        var data = Data("zh");
        var (batches, sampler) = data.PlanEpochs(new() { MaxTokens = 64_000 }, 1);
        Assert.Null(sampler);
        Assert.True(batches.AreFixed);
        Assert.Equal(data.PlanBatches(new() { MaxTokens = 64_000 }, 1, training: true), batches.Of(9));
    }

    [Fact]
    public void Epochs_have_batches_of_their_own_and_any_update_is_found_without_the_ones_before_it()
    {
        var data = Data("zh");
        UpdatePlan Plan() => new(data.PlanEpochs(new() { MaxTokens = 64_000, LanguageTemperature = 5, RequiredBatchSizeMultiple = 1 }, 1)
            .Batches, [2], runSeed: 1, skipRemainder: false);
        var undisturbed = Plan();
        var all = Enumerable.Range(1, 60).Select(u => undisturbed.MicroBatches(u)).ToArray();
        Assert.Equal(all[40], Plan().MicroBatches(41)); // a run that is resumed there
        Assert.Equal(all[59], Plan().MicroBatches(60));
        var (epoch, position) = undisturbed.Locate(41);
        Assert.Equal(41, Enumerable.Range(1, epoch - 1).Sum(undisturbed.UpdatesInEpoch) + position + 1);
        Assert.NotEqual(1, epoch);
        // epochs follow each other without a gap: each update's place is one after that of the update before
        for (var update = 2; update <= 60; update++)
        {
            var (before, now) = (undisturbed.Locate(update - 1), undisturbed.Locate(update));
            Assert.Equal(undisturbed.EndsEpoch(update - 1) ? (before.Epoch + 1, 0) : (before.Epoch, before.Position + 1), now);
        }
        Assert.Equal(undisturbed.UpdatesInEpoch(1) + undisturbed.UpdatesInEpoch(2),
            Plan().LastUpdate(new() { MaxEpoch = 2, MaxUpdate = 1_000_000 }));
        Assert.Equal(5, Plan().LastUpdate(new() { MaxEpoch = int.MaxValue, MaxUpdate = 5 }));
    }

    [Fact]
    public void A_manifest_without_languages_is_refused() =>
        Assert.Contains("third column", Assert.Throws<UserException>(() =>
            Data(null).PlanEpochs(new() { MaxTokens = 64_000, LanguageTemperature = 2 }, 1)).Message, StringComparison.Ordinal);

    private static LanguageSampler Sampler(double temperature, long seed = 1) =>
        new(Enumerable.Range(0, English + Mandarin).Select(i => (i, (string?)(i < English ? "en" : "zh"), 16_000L)), temperature, seed);

    private ManifestData Data(string? language)
    {
        new Manifest("audio", [.. Enumerable.Range(0, 50).Select(i =>
            new ManifestEntry($"{i}.wav", 16_000 + (100 * i), language is null ? null : i < 40 ? "en" : language))])
            .Write(_folder.At("train.tsv"));
        return ManifestData.Open(_folder.At("train.tsv"), new(null, null, null, PadAudio: false, Normalize: false));
    }

    public void Dispose() => _folder.Dispose();
}
