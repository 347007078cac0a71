using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.RunFolders;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Training.Data;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>Crops of recordings and of a teacher's features, in which every sample and every frame says where it is.</summary>
public sealed class TokenizerDataTests : IDisposable
{
    private const int Hop = 320;
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Crops_begin_at_whole_frames_and_have_the_teachers_frames_of_the_same_instants(int every)
    {
        using var data = Open("repaired", every, 40_000, 2500, 1000);
        for (var seed = 0UL; seed < 20; seed++)
        {
            var batch = data.Collate([0, 1, 2], micro: 0, row => seed + (ulong)row);
            var frames = batch.Width / Hop;
            Assert.Equal(6400, batch.Width); // the segment
            Assert.Equal((3, frames), (batch.Rows, batch.TeacherFrames));
            Assert.Equal([6400, 2500, 1000], batch.Lengths);
            for (var row = 0; row < batch.Rows; row++)
            {
                var start = Place(batch.Samples[row * batch.Width]);
                Assert.Equal(0, start % Hop);
                for (var t = 0; t < frames; t++)
                {
                    var filled = batch.Filled![(row * frames) + t];
                    Assert.Equal(filled ? every * ((start / Hop) + t) : 0, batch.Teacher![((row * frames) + t) * 2]);
                    Assert.True(!filled || t * Hop < batch.Lengths[row]);
                }
            }
            Assert.Equal([6, 1], [CountFilled(batch, 1), CountFilled(batch, 2)]);
        }
    }

    [Fact]
    public void The_released_crops_begin_anywhere()
    {
        using var data = Open("released", 1, 40_000, 2500);
        var starts = Enumerable.Range(0, 30).Select(seed =>
        {
            var batch = data.Collate([0, 1], micro: 0, row => (ulong)(seed + row));
            Assert.Equal((6400, 20), (batch.Width, batch.TeacherFrames));
            Assert.Null(batch.Filled);
            var start = Place(batch.Samples[0]);
            Assert.Equal(Math.Min(start / Hop, 123 - 20), batch.Teacher![0]); // 123 frames of 40,000 samples
            return start;
        }).ToList();
        Assert.Contains(starts, start => start % Hop != 0);
    }

    [Fact]
    public void A_list_of_recordings_and_features_is_a_split()
    {
        var frames = new float[20 * 2];
        foreach (var name in (string[])["a", "b"])
        {
            AudioFile.Write(_folder.At($"{name}.wav"), new float[6400], 16000);
            using var array = NpyWriter.Create(_folder.At($"{name}.npy"), 2);
            array.Append(frames);
            array.Complete(20);
            array.Publish();
        }
        var list = _folder.Write("list.txt", "a.wav\ta.npy\nb.wav\tb.npy\n");
        var config = Config("repaired") with
        {
            Task = Config("repaired").Task with { Data = null, TrainFiles = list, ValidFiles = list, Teacher = "/no/such/model" },
        };
        var run = RunFolder.Create(_folder.At("run"));
        var sources = TokenizerSources.Find(config, run, _notices.Add, CancellationToken.None);
        using var splits = TokenizerSplits.Open(config, sources, HubertSharp.Distributed.Replicas.Alone, _notices.Add);
        Assert.Equal((2, 2, 50.0), (splits.Train.Audio.KeptCount, splits.ValidRows.Count, splits.Train.Teacher!.Rate));

        File.WriteAllText(list, "a.wav\ta.npy\nb.wav\n");
        Assert.Contains("list.txt:2: not a line of recordings", Assert.Throws<UserException>(
            () => TokenizerSources.Find(config, run, _notices.Add, CancellationToken.None)).Message);
    }

    /// <summary>With an axis of one recording, and of short ones padded to a segment.</summary>
    [Theory]
    [InlineData("repaired", 5)]
    [InlineData("released", 19)]
    public void Features_of_the_released_script_are_taken_as_far_as_the_recording_goes(string parity, int framesOfShort)
    {
        (string Name, int Samples, int Frames)[] recordings = [("long", 12_800, 39), ("short", 1500, 19), ("short2", 1500, 19)];
        foreach (var (name, samples, frames) in recordings)
        {
            AudioFile.Write(_folder.At($"{name}.wav"), new float[samples], 16000);
            WriteArray(_folder.At($"{name}.npy"), $"(1, {frames}, 2)", frames * 2);
        }
        var list = _folder.Write("list.txt", string.Concat(recordings.Select(one => $"{one.Name}.wav\t{one.Name}.npy\n")));
        var config = Config(parity) with
        {
            Task = Config(parity).Task with { Data = null, TrainFiles = list, ValidFiles = list },
        };
        var run = RunFolder.Create(_folder.At("run"));
        var sources = TokenizerSources.Find(config, run, _notices.Add, CancellationToken.None);
        using var dump = FeatureDumpReader.Open(sources.Features!, "train");
        Assert.Equal([39, framesOfShort, framesOfShort], Enumerable.Range(0, 3).Select(dump.LengthOf));
        Assert.Equal([.. Enumerable.Range(0, framesOfShort * 2).Select(i => (float)i)], dump.ReadUtterance(1));
        using var splits = TokenizerSplits.Open(config, sources, HubertSharp.Distributed.Replicas.Alone, _notices.Add);
        if (parity == "repaired")
            Assert.Equal(50, splits.Train.Teacher!.Rate);

        WriteArray(_folder.At("short.npy"), "(2, 19)", 38);
        Assert.Contains("another width than those of the list's first recording (expected 2, found 19)", Assert.Throws<UserException>(
            () => TokenizerSources.Find(config, run, _notices.Add, CancellationToken.None)).Message);
        WriteArray(_folder.At("short.npy"), "(2, 19, 1)", 38);
        Assert.Contains("an array of another shape", Assert.Throws<UserException>(
            () => TokenizerSources.Find(config, run, _notices.Add, CancellationToken.None)).Message);
    }

    public void Dispose() => _folder.Dispose();

    // float32, counting from 0
    private static void WriteArray(string path, string shape, int count)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write([0x93, .. "NUMPY\u0001\0"u8]);
        writer.Write((ushort)header.Length);
        writer.Write(System.Text.Encoding.ASCII.GetBytes(header));
        for (var i = 0; i < count; i++)
            writer.Write((float)i);
    }

    private static int CountFilled(TokenizerBatch batch, int row) =>
        batch.Filled.AsSpan(row * batch.TeacherFrames, batch.TeacherFrames).Count(true);

    private static int Place(float sample) => (int)Math.Round(sample * 65536) - 1;

    private static TokenizerTrainingConfig Config(string parity) => new()
    {
        Task = new TokenizerTaskConfig { SegmentSize = 6400, Parity = parity, Data = "data" },
        Criterion = new TokenizerCriterionConfig { NFft = 256 },
    };

    private TokenizerData Open(string parity, int every, params int[] lengths)
    {
        var config = Config(parity);
        using (var features = FeatureDumpWriter.Create(_folder.FullName, "train", FeatureShard.Whole,
            new FeatureDescription { Kind = "hubert", Dimensions = 2, FrameRate = 50 * every }))
        {
            foreach (var (i, length) in lengths.Index())
            {
                var frames = every * Math.Max(0, (length - 400) / Hop);
                features.Append([.. Enumerable.Range(0, frames * 2).Select(f => (float)(f / 2))], "made");
            }
            features.Complete();
        }
        foreach (var (i, length) in lengths.Index())
            WriteFloats(_folder.At($"{i}.wav"), [.. Enumerable.Range(0, length).Select(s => (s + 1) / 65536f)]);
        File.WriteAllLines(_folder.At("train.tsv"), [_folder.FullName, .. lengths.Select((length, i) => $"{i}.wav\t{length}")]);
        var audio = ManifestData.Open(_folder.At("train.tsv"), new UtteranceLimits(null, null, 6400, false, false));
        var dump = DumpedTeacherFrames.Open(_folder.FullName, "train.tsv", audio.Manifest);
        var teacher = TeacherFeatures.Of(dump, audio.Manifest, 50, parity == "repaired", _notices.Add);
        return new TokenizerData(config, audio, teacher);
    }

    // a WAV file of 32-bit floats
    private static void WriteFloats(string path, float[] samples)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + (4 * samples.Length));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)3);
        writer.Write((short)1);
        writer.Write(16000);
        writer.Write(64000);
        writer.Write((short)4);
        writer.Write((short)32);
        writer.Write("data"u8);
        writer.Write(4 * samples.Length);
        foreach (var sample in samples)
            writer.Write(sample);
    }
}
