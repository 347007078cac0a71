using System.Formats.Tar;
using System.IO.Compression;
using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Audio.Archives;

public sealed class ArchiveEntryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _samples = Signals.Sine(20000, 300, 16000);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("wav")]
    [InlineData("flac")]
    [InlineData("ogg")]
    [InlineData("mka")] // by ffmpeg, which can only open a name
    public void A_recording_within_a_zip_is_read_as_if_it_lay_on_the_disk(string ending)
    {
        var (plain, place) = Pack(ending);
        var whole = AudioFile.Read(plain, TestContext.Current.CancellationToken);
        Assert.Equal(whole, AudioFile.Read(place, TestContext.Current.CancellationToken));
        Assert.Equal(whole.Length, AudioFile.Probe(place, TestContext.Current.CancellationToken).LengthSamples16k);
        Assert.Equal(whole[5000..6000], AudioFile.Read(place, 5000, 1000, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_recording_within_a_tar_is_read_by_its_offset()
    {
        var (plain, _) = Pack("flac");
        using (var tar = new TarWriter(File.Create(_folder.At("shard.tar")), TarEntryFormat.Ustar))
            tar.WriteEntry(plain, "a/b.flac");
        var place = $"{_folder.At("shard.tar")}:512:{new FileInfo(plain).Length}";
        Assert.Equal(AudioFile.Read(plain, TestContext.Current.CancellationToken),
            AudioFile.Read(place, TestContext.Current.CancellationToken));
        Fault(ArchiveSlice.Of(place)! with { Offset = 0, LengthBytes = 1024 }, "the offset is that of a tar entry's header");
    }

    [Fact]
    public void A_manifest_names_it_below_its_root()
    {
        var (plain, place) = Pack("wav");
        var path = _folder.Write("zip.tsv", $"{_folder.FullName}\n{Path.GetFileName(place)}\t{_samples.Length}\n");
        var manifest = Manifest.Read(path, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(AudioFile.Read(plain, TestContext.Current.CancellationToken),
            ManifestAudio.Read(path, manifest, 0, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Places_that_hold_no_recording_say_why()
    {
        var (_, place) = Pack("wav");
        var slice = ArchiveSlice.Of(place)!;
        Fault(slice with { Offset = 0 }, "the offset is that of a zip entry's header");
        Fault(slice with { LengthBytes = slice.LengthBytes + 100000 }, "the recording lies outside its archive (expected an end within");
        Fault(slice with { Offset = slice.Offset + 1 }, "no audio at this place in the archive");
        Fault(slice with { Archive = _folder.At("none.zip") }, "no such archive");
        foreach (var malformed in (string[])["a.zip:1", "a.tar:1", "a.zip:x:1", "a.zip:1:0", "a.zip:1:-1", "a.zip:1:2:3"])
            Assert.Contains("malformed place in an archive", Assert.Throws<UserException>(() => ArchiveSlice.Of(malformed)).Message);
        foreach (var other in (string[])["a.zip", "a.zip/1:2", "x.zip:y/a.wav", "a.wav:1:2"])
            Assert.Null(ArchiveSlice.Of(other));
    }

    private static void Fault(ArchiveSlice slice, string expected) => Assert.Contains(expected,
        Assert.Throws<UserException>(() => AudioFile.Read(slice.In(slice.Archive))).Message, StringComparison.Ordinal);

    private (string Plain, string Place) Pack(string ending)
    {
        AudioFile.Write(_folder.At("source.wav"), _samples, 16000);
        var plain = Encoders.Convert(_folder.At("source.wav"), _folder.At("a." + ending));
        using (var zip = ZipFile.Open(_folder.At("all.zip"), ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(_folder.At("source.wav"), "before.wav", CompressionLevel.NoCompression);
            zip.CreateEntryFromFile(plain, "a." + ending, CompressionLevel.NoCompression);
        }
        var (bytes, entry) = (File.ReadAllBytes(_folder.At("all.zip")), File.ReadAllBytes(plain));
        return (plain, $"{_folder.At("all.zip")}:{bytes.AsSpan().LastIndexOf(entry)}:{entry.Length}");
    }
}
