using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using HubertSharp.Audio;

namespace HubertSharp.Tests.Corpora.Formats.Shards;

public class TarFormatTests
{
    [Theory]
    [InlineData(TarEntryFormat.Ustar, "train-000.tar")]
    [InlineData(TarEntryFormat.Gnu, "train-000.tar")]
    [InlineData(TarEntryFormat.Pax, "train-000.tar.gz")]
    [InlineData(TarEntryFormat.V7, "train-000.tgz")]
    public void Samples_become_files_with_what_lies_beside_them(TarEntryFormat format, string name)
    {
        using var corpus = new MadeCorpus();
        var sound = corpus.Sound("a.wav", 0.5);
        var wav = Take(corpus, "a.wav");
        var deep = format == TarEntryFormat.V7 ? "b" : $"{new string('d', 90)}/{new string('e', 90)}/b";
        Write(corpus, name, format, ("a.wav", wav), ("a.txt", "\uFEFF你 好\n"u8.ToArray()), ($"{deep}.json",
            """{"text": "FROM JSON", "speaker": "s1", "language": "en", "duration": 9}"""u8.ToArray()), ($"{deep}.wav", wav), ("c.txt",
            "NO AUDIO"u8.ToArray()), ("d.png", [1, 2]));
        var report = corpus.Build();
        Assert.Equal("tar", report.Format);
        var entries = corpus.Manifest().Entries;
        Assert.Equal(2, entries.Count);
        Assert.Equal("train-000/a.wav", entries[0].RelativePath);
        Assert.Equal(sound, AudioFile.Read(corpus.Manifest().FullPath(0)));
        Assert.Equal(["你 好", "FROM JSON"], corpus.Words());
        Assert.Equal("en", entries[1].Language);
        Assert.Equal("1 transcript without audio, for example c", report.Notes[0]);
        Assert.Contains($"train-000/a.wav\t{corpus.At("in", name)}\t", File.ReadAllText(corpus.At("out", "pieces.tsv")),
            StringComparison.Ordinal);
        var written = File.GetLastWriteTimeUtc(corpus.Manifest().FullPath(0));
        corpus.Build();
        Assert.Equal(written, File.GetLastWriteTimeUtc(corpus.Manifest().FullPath(0)));
    }

    [Fact]
    public void Nothing_leaves_the_output_folder_and_links_are_no_recordings()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("a.wav", 0.5);
        var wav = Take(corpus, "a.wav");
        using (var tar = new TarWriter(File.Create(corpus.At("in", "x.tar")), TarEntryFormat.Pax))
        {
            foreach (var name in new[] { "../../../evil.wav", "/abs/evil2.wav" })
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(wav) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link.wav") { LinkName = "/etc/passwd" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "folder.wav"));
        }
        corpus.Build();
        Assert.Equal(["x/_./_./_./evil.wav", "x/abs/evil2.wav"],
            corpus.Manifest().Entries.Select(e => e.RelativePath).Order(StringComparer.Ordinal));
        Assert.Equal(2, Directory.GetFiles(corpus.At("out", "audio"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Damage_is_one_line()
    {
        using var corpus = new MadeCorpus();
        corpus.Sound("a.wav", 0.5);
        var wav = Take(corpus, "a.wav");
        Write(corpus, "x.tar", TarEntryFormat.Gnu, ("a.wav", wav), (new string('n', 200) + ".wav", wav));
        var whole = File.ReadAllBytes(corpus.At("in", "x.tar"));
        string Fault(byte[] bytes)
        {
            File.WriteAllBytes(corpus.At("in", "x.tar"), bytes);
            return corpus.Fault("tar");
        }

        Assert.Contains("x.tar: the archive is damaged or cut short; fetch it again", Fault(whole[..3000]), StringComparison.Ordinal);
        Assert.Contains("x.tar: not a tar archive (expected a header whose checksum fits",
            Fault(Encoding.ASCII.GetBytes(new string('x', 2000))),
            StringComparison.Ordinal);
        for (var at = 0; at < 512; at += 3) // every field of the first header
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x55;
            Assert.Contains("x.tar", Fault(bytes), StringComparison.Ordinal);
        }
        Write(corpus, "x.tar", TarEntryFormat.Ustar, ("a.wav", wav), ("b.txt", []), ("a.wav", wav));
        Assert.Contains("two recordings of the name 'a'", corpus.Fault("tar"), StringComparison.Ordinal);
        Write(corpus, "x.tar", TarEntryFormat.Ustar, ("a.wav", wav), ("a.json", "{ "u8.ToArray()));
        Assert.Contains("a.json:1: malformed line (expected a JSON object", corpus.Fault("tar"), StringComparison.Ordinal);
    }

    private static byte[] Take(MadeCorpus corpus, string name)
    {
        var bytes = File.ReadAllBytes(corpus.At("in", name));
        File.Delete(corpus.At("in", name));
        return bytes;
    }

    private static void Write(MadeCorpus corpus, string name, TarEntryFormat format, params (string Name, byte[] Bytes)[] entries)
    {
        Stream file = File.Create(corpus.At("in", name));
        using var tar = new TarWriter(
            name.EndsWith("gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file, format);
        foreach (var (entryName, bytes) in entries)
        {
            TarEntry entry = format switch
            {
                TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, entryName),
                TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, entryName),
                TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, entryName),
                _ => new PaxTarEntry(TarEntryType.RegularFile, entryName),
            };
            entry.DataStream = new MemoryStream(bytes);
            tar.WriteEntry(entry);
        }
    }
}
