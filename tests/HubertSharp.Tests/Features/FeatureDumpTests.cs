using HubertSharp.Features;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Features;

public class FeatureDumpTests
{
    private static readonly FeatureDescription Kind = new() { Kind = "mfcc", Dimensions = 2, FrameRate = 100, Waveform = "unit" };

    [Fact]
    public void Shards_are_read_as_one_array()
    {
        using var folder = new TemporaryFolder();
        Dump(folder, new FeatureShard(0, 2), [1, 2], 0);
        Dump(folder, new FeatureShard(1, 2), [2], 10);
        using var dump = FeatureDumpReader.Open(folder.FullName, "train");
        Assert.Equal((5, 3, 2, 2), (dump.Frames, dump.Utterances, dump.Shards, dump.Dimensions));
        Assert.Equal(Kind, dump.Description);
        Assert.Equal([2, 3, 4, 5], dump.ReadUtterance(1));
        var across = new float[6];
        dump.ReadFrames(2, across);
        Assert.Equal([4, 5, 10, 11, 12, 13], across);
        Assert.EndsWith("train_1_2.npy, row 1 (frame 1 of utterance 0)", dump.Locate(4));
    }

    [Fact]
    public void Utterances_may_come_in_any_order_from_any_thread()
    {
        using var folder = new TemporaryFolder();
        int[] lengths = [3, 1, 4, 1, 5, 9, 2, 6];
        using (var writer = FeatureDumpWriter.Create(folder.FullName, "train", FeatureShard.Whole, Kind, lengths))
        {
            Parallel.For(0, lengths.Length, i => writer.Write(i, Enumerable.Repeat((float)i, lengths[i] * 2).ToArray(), $"{i}.wav"));
            writer.Complete();
        }
        using var dump = FeatureDumpReader.Open(folder.FullName, "train");
        for (var i = 0; i < lengths.Length; i++)
            Assert.Equal(Enumerable.Repeat((float)i, lengths[i] * 2), dump.ReadUtterance(i));
    }

    [Fact]
    public void Fairseqs_dump_is_read_and_says_nothing_about_its_kind()
    {
        var name = Path.GetFileNameWithoutExtension(Directory.GetFiles(Fixtures.At("kmeans"), "*.len").Single());
        using var dump = FeatureDumpReader.Open(Fixtures.At("kmeans"), name[..^"_0_1".Length]);
        Assert.Null(dump.Description);
        Assert.True(dump.Frames > 0 && dump.Utterances > 0);
    }

    [Fact]
    public void An_interrupted_dump_leaves_nothing_that_is_taken_for_whole()
    {
        using var folder = new TemporaryFolder();
        using (var writer = FeatureDumpWriter.Create(folder.FullName, "train", FeatureShard.Whole, Kind))
            writer.Append([1, 2], "a.wav");
        Assert.Empty(Directory.GetFiles(folder.FullName));
        Assert.Contains("no features of split 'train'", Fault(folder));

        // killed after the array of a second dump got its name, before its lengths did
        Dump(folder, FeatureShard.Whole, [2], 0);
        File.Delete(folder.At("train_0_1.len"));
        Assert.Contains("lengths of the utterances are missing", Fault(folder));
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        using var folder = new TemporaryFolder();
        Dump(folder, new FeatureShard(0, 2), [1, 2], 0);
        Assert.Contains("no train_1_2.npy", Fault(folder));
        Dump(folder, FeatureShard.Whole, [3], 0);
        Assert.Contains("several numbers of shards", Fault(folder));
        foreach (var file in Directory.GetFiles(folder.FullName, "train_0_2*"))
            File.Delete(file);
        folder.Write("train_0_1.len", "2\n");
        Assert.Contains("do not add up", Fault(folder));
        folder.Write("train_0_1.len", "2\nx\n");
        Assert.Contains("train_0_1.len:2", Fault(folder));
        folder.Write("train_0_1.len", "1\n2\n");
        Assert.Contains("description is of other features", Fault(folder));
        folder.Write("train_0_1.features.json", "{}");
        Assert.Contains("not a description of features", Fault(folder));
        folder.Write("train_0_1.features.json", "{");
        Assert.Contains("not a description of features", Fault(folder));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_none_names_the_audio_and_the_frame(float value)
    {
        using var folder = new TemporaryFolder();
        using var writer = FeatureDumpWriter.Create(folder.FullName, "train", FeatureShard.Whole, Kind);
        var frames = new float[200];
        frames[123] = value;
        var fault = Assert.Throws<UserException>(() => writer.Append(frames, "zh/a.wav"));
        Assert.StartsWith("zh/a.wav: the features are not finite at frame 61", fault.Message);
    }

    [Theory]
    [InlineData("0/1", 10, 0, 10)]
    [InlineData("1/4", 10, 2, 5)] // 2.5 rounds to 2, 5 stays
    [InlineData("2/3", 1009, 673, 1009)]
    public void Shards_cut_where_fairseq_cuts(string shard, int total, int start, int end) =>
        Assert.Equal((start, end), FeatureShard.Parse(shard).Range(total));

    [Theory]
    [InlineData("1/1")]
    [InlineData("-1/2")]
    [InlineData("0")]
    [InlineData("a/b")]
    public void A_shard_that_cannot_be_is_refused(string shard) =>
        Assert.Contains("0 <= I < N", Assert.Throws<UserException>(() => FeatureShard.Parse(shard)).Message);

    private static void Dump(TemporaryFolder folder, FeatureShard shard, int[] lengths, float first)
    {
        using var writer = FeatureDumpWriter.Create(folder.FullName, "train", shard, Kind);
        foreach (var length in lengths)
        {
            writer.Append([.. Enumerable.Range(0, length * 2).Select(i => first + i)], "a.wav");
            first += length * 2;
        }
        writer.Complete();
    }

    private static string Fault(TemporaryFolder folder) =>
        Assert.Throws<UserException>(() => FeatureDumpReader.Open(folder.FullName, "train").Dispose()).Message;
}
