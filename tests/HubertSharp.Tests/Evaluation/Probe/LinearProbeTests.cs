using HubertSharp.Evaluation.Probe;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Probe;

public class LinearProbeTests
{
    private const int Dimensions = 4;
    private static readonly ProbeOptions Options = new();
    private static readonly FeatureSet Set = new("made up", "mfcc", null, null, Dimensions, 100);

    [Fact]
    public void Separable_classes_are_named_on_a_speaker_never_heard()
    {
        var examples = Examples(speakers: 2);
        var result = LinearProbe.Run(Set, examples, Features(examples, e => e.Label), Options, TestContext.Current.CancellationToken);

        Assert.Equal(HeldOut.Speaker, result.HeldOut);
        Assert.Equal(2, result.Folds);
        Assert.Equal(4, result.Classes);
        Assert.Equal(examples.Count, result.Examples);
        Assert.Equal(1, result.Accuracy);
        Assert.Equal(0.25, result.Chance);
        var interval = Assert.Single(result.Intervals); // two speakers are too few for one over speakers
        Assert.Equal((ResampledUnit.Utterances, 10), (interval.Over, interval.Units));
    }

    [Fact]
    public void Only_test_examples_are_scored_and_recordings_are_drawn()
    {
        var examples = Examples(speakers: 6)
            .Select(e => e with { IsScored = e.Recording.EndsWith("3.wav", StringComparison.Ordinal) }).ToList();
        var random = new Random(2);
        var result = LinearProbe.Run(Set, examples, Features(examples, e => random.Next(3) == 0 ? "x0" : e.Label), Options,
            TestContext.Current.CancellationToken);
        Assert.Equal(examples.Count(e => e.IsScored), result.Examples);
        Assert.Equal([(ResampledUnit.Utterances, 6), (ResampledUnit.Speakers, 6)], result.Intervals.Select(i => (i.Over, i.Units)));
        Assert.All(result.Intervals, i => Assert.InRange(result.Accuracy, i.Low, i.High));
        Assert.Contains("none of the test examples can be scored", Assert.Throws<UserException>(() =>
            ProbeFolds.Create([.. examples.Select(e => e with { IsScored = false })], Options)).Message);
    }

    [Fact]
    public void A_long_training_part_is_cut_to_whole_recordings_and_every_test_example_is_scored()
    {
        var examples = Examples(speakers: 6);
        var few = Options with { MostExamples = 9 };
        int[] all = [.. Enumerable.Range(0, examples.Count)];
        var learnt = ProbeFolds.Learnt(examples, all, few);
        Assert.InRange(learnt.Length, 9, 9 + examples.GroupBy(e => e.Recording).Max(r => r.Count()));
        Assert.All(examples.Where((_, i) => learnt.Contains(i)).GroupBy(e => e.Recording),
            kept => Assert.Equal(examples.Count(e => e.Recording == kept.Key), kept.Count()));
        Assert.Equal(learnt, ProbeFolds.Learnt(examples, all, few));
        Assert.NotEqual(learnt, ProbeFolds.Learnt(examples, all, few with { Seed = 7 }));
        Assert.Same(all, ProbeFolds.Learnt(examples, all, Options)); // 20,000 are not reached

        var result = LinearProbe.Run(Set, examples, Features(examples, e => e.Label), few, TestContext.Current.CancellationToken);
        Assert.Equal(examples.Count, result.Examples);
        Assert.InRange(result.Learnt, 9, 9 + examples.GroupBy(e => e.Recording).Max(r => r.Count()));
        Assert.Equal(1, result.Accuracy);
    }

    [Fact]
    public void Features_that_tell_only_the_speaker_are_at_chance()
    {
        var examples = Examples(speakers: 3);
        var result = LinearProbe.Run(Set, examples, Features(examples, e => e.Speaker), Options, TestContext.Current.CancellationToken);
        Assert.InRange(result.Accuracy, 0.1, 0.4);
    }

    [Fact]
    public void Pronunciations_and_recordings_stay_together_and_a_lone_speaker_cannot_be_held_out()
    {
        var examples = Examples(speakers: 1);
        Assert.Contains("there is only one speaker", Assert.Throws<UserException>(() => ProbeFolds.Create(examples, Options)).Message);
        Hold(HeldOut.Pronunciation, e => e.Pronunciation);
        Hold(HeldOut.Recording, e => e.Recording);

        void Hold(HeldOut held, Func<ProbeExample, string> group)
        {
            var folds = ProbeFolds.Create(examples, Options with { HeldOut = held });
            Assert.Equal(4, folds.Count);
            foreach (var together in Enumerable.Range(0, examples.Count).GroupBy(i => group(examples[i])))
                Assert.Single(together.Select(i => folds.FoldOf[i]).Distinct());
            Assert.True(folds.FoldOf.Distinct().Count() > 1);
        }
    }

    [Fact]
    public void One_recording_cannot_be_held_out()
    {
        var examples = Examples(speakers: 2).Select(e => e with { Recording = "a.wav" }).ToList();
        Assert.Contains("there is only one recording",
            Assert.Throws<UserException>(() => ProbeFolds.Create(examples, Options with { HeldOut = HeldOut.Recording })).Message);
    }

    [Fact]
    public void What_the_penalty_is_chosen_on_shares_no_pronunciation_and_leaves_every_class()
    {
        var examples = Examples(speakers: 2);
        var training = Enumerable.Range(0, examples.Count).Where(i => i % 7 != 0).ToArray();
        var (fit, heldOut) = ProbeFolds.HoldOut(examples, training, seed: 3);

        Assert.NotEmpty(heldOut);
        Assert.Equal(training, fit.Concat(heldOut).Order());
        Assert.Empty(fit.Select(i => examples[i].Pronunciation).Intersect(heldOut.Select(i => examples[i].Pronunciation)));
        Assert.Empty(heldOut.Select(i => examples[i].Label).Except(fit.Select(i => examples[i].Label)));
    }

    [Fact]
    public void Rare_classes_stay_out()
    {
        List<ProbeExample> examples = [.. Examples(speakers: 2), new(0, 0, 1, "rare", "0", "rare", "rare.wav")];
        Assert.DoesNotContain("rare", ProbeFolds.Create(examples, Options).Classes);
    }

    [Fact]
    public void Too_few_examples_and_broken_features_are_faults()
    {
        var examples = Examples(speakers: 2);
        Assert.Contains("too few examples for a probe (expected two classes with at least 3 training examples each whichever fold is held "
            + "out, found none in 4 examples of",
            Assert.Throws<UserException>(() => LinearProbe.Run(Set, [.. examples.Take(3), examples[^1]], new float[4 * Dimensions], Options,
                TestContext.Current.CancellationToken)).Message);
        var features = Features(examples, e => e.Label);
        features[5] = float.NaN;
        Assert.Contains("not finite",
            Assert.Throws<UserException>(
                () => LinearProbe.Run(Set, examples, features, Options, TestContext.Current.CancellationToken)).Message);
    }

    /// <summary>At 100 frames per second frame t is centred on sample 160 t + 200.</summary>
    [Theory]
    [InlineData(200, 521, 1)] // frames 0, 1, 2
    [InlineData(201, 520, 1)] // frame 1
    [InlineData(361, 519, 1)] // between frames 1 and 2, as near to either: the earlier
    [InlineData(450, 519, 2)]
    [InlineData(5000, 6000, 4)] // after the last frame
    [InlineData(0, 100, 0)]
    public void A_segment_is_the_mean_of_the_frames_centred_in_it(long start, long end, float expected)
    {
        float[] frames = [0, 10, 1, 11, 2, 12, 3, 13, 4, 14];
        var mean = new float[2];
        SegmentPooling.Mean(frames, 2, 100, start, end, mean);
        Assert.Equal([expected, expected + 10], mean);
    }

    /// <summary>Four classes of ten recordings each per speaker, every recording used twice.</summary>
    private static List<ProbeExample> Examples(int speakers) =>
        [.. from speaker in Enumerable.Range(0, speakers)
            from label in Enumerable.Range(0, 4)
            from i in Enumerable.Range(0, 20)
            select new ProbeExample(0, 0, 1, $"class{label}", $"{speaker}", $"{speaker} {label} {i / 2}",
                $"{speaker}/{i % 5}.wav")];

    private static float[] Features(List<ProbeExample> examples, Func<ProbeExample, string> tell)
    {
        var random = new Random(1);
        return [.. examples.SelectMany(example => Enumerable.Range(0, Dimensions)
            .Select(d => (float)(random.NextDouble() + (tell(example)[^1] - '0' == d ? 5 : 0))))];
    }
}
