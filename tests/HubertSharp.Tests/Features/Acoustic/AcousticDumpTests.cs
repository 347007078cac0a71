using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Features.Acoustic;

public class AcousticDumpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_dump_is_the_features_of_each_file_in_the_manifests_order(int threads)
    {
        using var folder = new TemporaryFolder();
        var options = Corpus(folder, 7) with { Threads = threads };
        var result = AcousticDump.Run(options);
        using var extractor = new AcousticExtractor(AcousticSettings.Mfcc);
        using var dump = FeatureDumpReader.Open(options.OutputFolder, "train");
        Assert.Equal((7, dump.Frames, 39), (result.Utterances, result.Frames, result.Dimensions));
        Assert.Equal(AcousticSettings.Mfcc.Description, dump.Description);
        for (var i = 0; i < 7; i++)
            Assert.Equal(extractor.Compute(AudioFile.Read(folder.At($"{i}.wav"))), dump.ReadUtterance(i));
    }

    [Fact]
    public void Shards_are_the_whole_in_parts()
    {
        using var folder = new TemporaryFolder();
        var options = Corpus(folder, 5) with { Settings = AcousticSettings.Fbank };
        AcousticDump.Run(options);
        foreach (var rank in new[] { 0, 1, 2 })
            AcousticDump.Run(options with { OutputFolder = folder.At("parts"), Shard = new FeatureShard(rank, 3) });
        using var whole = FeatureDumpReader.Open(options.OutputFolder, "train");
        using var parts = FeatureDumpReader.Open(folder.At("parts"), "train");
        Assert.Equal(5, parts.Utterances);
        for (var i = 0; i < 5; i++)
            Assert.Equal(whole.ReadUtterance(i), parts.ReadUtterance(i));
    }

    [Fact]
    public void Audio_that_is_not_as_the_manifest_says_names_the_manifests_line()
    {
        using var folder = new TemporaryFolder();
        var options = Corpus(folder, 4);
        var text = File.ReadAllText(options.ManifestPath);

        File.WriteAllText(options.ManifestPath, text.Replace("2.wav\t", "2.wav\t1", StringComparison.Ordinal));
        Assert.Matches(@"train\.tsv:4: wrong sample count for .*2\.wav \(expected 1\d+ as the manifest says, found \d+\)",
            Fault(folder, options));

        File.WriteAllText(options.ManifestPath, text.Replace("1.wav\t", "none.wav\t", StringComparison.Ordinal));
        Assert.Matches(@"train\.tsv:3: .*none\.wav: no such audio file", Fault(folder, options));

        File.WriteAllText(options.ManifestPath, text);
        File.WriteAllBytes(folder.At("3.wav"), File.ReadAllBytes(folder.At("3.wav"))[..3000]);
        Assert.Matches(@"train\.tsv:5: .*3\.wav", Fault(folder, options));

        File.WriteAllText(options.ManifestPath, $"{folder.FullName}\n0.wav\t399\n");
        Assert.Matches(@"train\.tsv:2: 0\.wav: shorter than one 25 ms window \(expected at least 400 samples, found 399\)",
            Fault(folder, options));

        Assert.Contains("this shard holds no utterance", Fault(folder, options with { Shard = new FeatureShard(0, 2) }));
    }

    [Fact]
    public void Of_several_faulty_files_the_first_line_is_told()
    {
        using var folder = new TemporaryFolder();
        var options = Corpus(folder, 40) with { Threads = 2 };
        for (var i = 12; i < 40; i++)
            File.Delete(folder.At($"{i}.wav"));
        for (var trial = 0; trial < 5; trial++)
            Assert.Contains("train.tsv:14:", Fault(folder, options));
    }

    [Fact]
    public void Ctrl_C_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var options = Corpus(folder, 6);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => AcousticDump.Run(options, cancellation: stop.Token));
        Assert.False(Directory.Exists(options.OutputFolder) && Directory.EnumerateFileSystemEntries(options.OutputFolder).Any());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_line()
    {
        using var folder = new TemporaryFolder();
        var options = Corpus(folder, 2) with { OutputFolder = folder.Write("file", "") };
        Assert.Contains("cannot write", Assert.Throws<UserException>(() => AcousticDump.Run(options)).Message);
    }

    private static AcousticDumpOptions Corpus(TemporaryFolder folder, int files)
    {
        var random = new Random(files);
        var entries = new List<ManifestEntry>();
        for (var i = 0; i < files; i++)
        {
            float[] samples = [.. Enumerable.Range(0, random.Next(1600, 16_000)).Select(_ => (random.NextSingle() - 0.5f) * 0.8f)];
            AudioFile.Write(folder.At($"{i}.wav"), samples, AudioFile.SampleRate);
            entries.Add(new ManifestEntry($"{i}.wav", samples.Length));
        }
        new Manifest(folder.FullName, entries).Write(folder.At("train.tsv"));
        return new AcousticDumpOptions { ManifestPath = folder.At("train.tsv"), OutputFolder = folder.At("out") };
    }

    private static string Fault(TemporaryFolder folder, AcousticDumpOptions options)
    {
        var message = Assert.Throws<UserException>(() => AcousticDump.Run(options)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Empty(Directory.Exists(folder.At("out")) ? Directory.GetFiles(folder.At("out")) : []);
        return message;
    }
}
