using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Manifests;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("/root\na.wav\t16000\nb/c.flac\t320\n")]
    [InlineData("/root\na.wav\t16000\tzh\nb/c.flac\t320\ten\n")]
    [InlineData("/root\na.wav\t16000\tzh\nb/c.flac\t320\t\n")] // a language for some: the column is there for all
    [InlineData("/root\n一 二.wav\t9223372036854775807\n")]
    public void What_is_read_is_written_again(string text)
    {
        var manifest = Manifest.Read(_folder.Write("a.tsv", text));
        Assert.Equal(text, manifest.Text());
        manifest.Write(_folder.At("b.tsv"));
        Assert.Equal(text, File.ReadAllText(_folder.At("b.tsv")));
    }

    [Fact]
    public void The_columns_are_told_apart()
    {
        var manifest = Manifest.Read(_folder.Write("a.tsv", "/root\r\na.wav\t16000\r\nb.wav\t7\tzh\r\n"));
        Assert.Equal([new ManifestEntry("a.wav", 16000), new ManifestEntry("b.wav", 7, "zh")], manifest.Entries);
        Assert.Equal("/root/b.wav", manifest.FullPath(1));
    }

    [Fact]
    public void A_relative_root_begins_at_the_manifest() =>
        Assert.Equal(_folder.At("audio"), Manifest.Read(_folder.Write("lists/a.tsv", "../audio\na.wav\t1\n")).Root);

    [Theory]
    [InlineData("", "a.tsv:1: not a manifest")]
    [InlineData("a.wav\t16000\n", "a.tsv:1: not a manifest")]
    [InlineData("/root\n", "the manifest names no audio")]
    [InlineData("/root\na.wav\t16000\n\nb.wav\t1\n", "a.tsv:3: empty line")]
    [InlineData("/root\na.wav\n", "a.tsv:2: malformed line")]
    [InlineData("/root\na.wav\t1\tzh\tmore\n", "a.tsv:2: malformed line")]
    [InlineData("/root\n\t1\n", "a.tsv:2: malformed line")]
    [InlineData("/root\na\0.wav\t1\n", "a.tsv:2: malformed line")]
    [InlineData("/root\na.wav\t0\n", "a.tsv:2: bad length")]
    [InlineData("/root\na.wav\t-1\n", "a.tsv:2: bad length")]
    [InlineData("/root\na.wav\t1.5\n", "a.tsv:2: bad length")]
    [InlineData("/root\na.wav\t9223372036854775808\n", "a.tsv:2: bad length")]
    public void What_is_wrong_is_named_with_its_line(string text, string expected) => Assert.Contains(expected,
        Assert.Throws<UserException>(() => Manifest.Read(_folder.Write("a.tsv", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_and_a_too_large_one_are_refused()
    {
        Assert.Contains("no such manifest", Assert.Throws<UserException>(() => Manifest.Read(_folder.At("none.tsv"))).Message);
        Assert.Contains($"no such manifest (expected a folder {_folder.At("none")}, found none)",
            Assert.Throws<UserException>(() => Manifest.Read(_folder.At("none", "train.tsv"))).Message);
        var train = _folder.Write("train.tsv", "/root\na.wav\t1\n");
        Assert.Contains($"(expected a file (.tsv), found a folder); give a manifest in it, such as {train}",
            Assert.Throws<UserException>(() => Manifest.Read(_folder.FullName)).Message);
        var path = _folder.Write("a.tsv", "/root\n" + string.Concat(Enumerable.Repeat("a.wav\t16000\n", 100)));
        Assert.Contains("too large", Assert.Throws<UserException>(() => Manifest.Read(path, maximumBytes: 1000)).Message);
    }

    public void Dispose() => _folder.Dispose();
}
