using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Corpora;

public class CorpusFolderTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["seed"] = "1" };

    [Fact]
    public void A_stopped_build_leaves_no_corpus_and_the_next_one_is_whole()
    {
        using var folder = new TemporaryFolder();
        var corpus = new CorpusFolder(folder.At("out"));
        Assert.Throws<OperationCanceledException>(() => corpus.Replace(Settings, partial =>
        {
            Fill(partial, "half");
            throw new OperationCanceledException();
        }));
        Assert.False(corpus.IsCurrent(Settings));
        Assert.False(File.Exists(folder.At("out", "train.tsv")));
        corpus.Replace(Settings, partial => Fill(partial, "whole"));
        Assert.True(corpus.IsCurrent(Settings));
        Assert.Equal("whole", File.ReadAllText(folder.At("out", "audio", "a.wav")));
        Assert.False(Directory.Exists(folder.At("out", ".partial")));
    }

    [Fact]
    public void Other_settings_a_lost_file_or_a_torn_stamp_make_it_anew()
    {
        using var folder = new TemporaryFolder();
        var corpus = new CorpusFolder(folder.At("out"));
        corpus.Replace(Settings, partial => Fill(partial, "x"));
        Assert.False(corpus.IsCurrent(new Dictionary<string, string> { ["seed"] = "2" }));
        File.Delete(folder.At("out", "audio", "a.wav"));
        Assert.False(corpus.IsCurrent(Settings));
        corpus.Replace(Settings, partial => Fill(partial, "y"));
        File.WriteAllText(folder.At("out", "corpus.json"), "{ \"seed");
        Assert.False(corpus.IsCurrent(Settings));
    }

    [Fact]
    public void Somebody_elses_audio_folder_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        folder.Write("out/audio/precious.wav", "mine");
        var fault = Assert.Throws<UserException>(() => new CorpusFolder(folder.At("out")).Replace(Settings, partial => Fill(partial, "x"))).Message;
        Assert.Contains("holds something else", fault, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.At("out", "audio", "precious.wav")));
    }

    private static void Fill(string partial, string content)
    {
        Directory.CreateDirectory(Path.Combine(partial, "audio"));
        File.WriteAllText(Path.Combine(partial, "audio", "a.wav"), content);
        foreach (var split in new[] { "train", "valid" })
            new Manifest("audio", [new ManifestEntry("a.wav", 1)]).Write(Path.Combine(partial, $"{split}.tsv"));
    }
}
