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
        var fault = Assert.Throws<UserException>(() => new CorpusFolder(folder.At("out"))
            .Replace(Settings, partial => Fill(partial, "x"))).Message;
        Assert.Contains("holds something else", fault, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.At("out", "audio", "precious.wav")));
    }

    [Theory]
    [InlineData("corpus.json", "{\"a\": 1}")]
    [InlineData("LICENSES.md", "mine")]
    [InlineData("train.wrd", "mine")]
    public void Nor_is_any_other_file_of_that_name(string name, string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write($"out/{name}", text);
        Assert.Throws<UserException>(() => new CorpusFolder(folder.At("out")).Replace(Settings, partial => Fill(partial, "x")));
        Assert.Equal(text, File.ReadAllText(folder.At("out", name)));
    }

    [Fact]
    public void What_somebody_put_into_a_corpus_of_ours_or_changed_in_it_stays()
    {
        using var folder = new TemporaryFolder();
        var corpus = new CorpusFolder(folder.At("out"));
        corpus.Replace(Settings, partial => Fill(partial, "old"));
        folder.Write("out/audio/mine.wav", "mine");
        folder.Write("out/notes.txt", "mine");
        folder.Write("out/valid.tsv", "mine");
        Directory.CreateDirectory(folder.At("out", ".partial"));
        corpus.Replace(Settings, partial => Fill(partial, "new"));
        Assert.True(corpus.IsCurrent(Settings));
        Assert.Equal(["mine", "mine", "mine", "new"],
            new[] { "audio/mine.wav", "notes.txt", "valid.tsv.1", "audio/a.wav" }.Select(name => File.ReadAllText(folder.At("out", name))));
        Assert.True(Directory.Exists(folder.At("out", ".partial")));
    }

    [Fact]
    public void A_corpus_of_an_earlier_version_has_no_list_and_is_kept_beside_the_new_one()
    {
        using var folder = new TemporaryFolder();
        var corpus = new CorpusFolder(folder.At("out"));
        corpus.Replace(Settings, partial => Fill(partial, "old"));
        File.Delete(folder.At("out", ".hubert-corpus.json"));
        corpus.Replace(Settings, partial => Fill(partial, "new"));
        Assert.Equal(("old", "new"),
            (File.ReadAllText(folder.At("out", "audio.1", "a.wav")), File.ReadAllText(folder.At("out", "audio", "a.wav"))));
    }

    private static void Fill(string partial, string content)
    {
        Directory.CreateDirectory(Path.Combine(partial, "audio"));
        File.WriteAllText(Path.Combine(partial, "audio", "a.wav"), content);
        foreach (var split in CorpusParts.Splits)
            new Manifest("audio", [new ManifestEntry("a.wav", 1)]).Write(Path.Combine(partial, $"{split}.tsv"));
    }
}
