using HubertSharp.Corpora.Formats.Lists;

namespace HubertSharp.Tests.Corpora.Formats.Lists;

public class KaldiRecordingsTests
{
    [Fact]
    public void A_list_is_read_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a b.wav", "");
        folder.Write("one.ark", "");
        folder.Write(KaldiRecordings.Name, $"u1 a b.wav\nu2 sph2pipe -f wav -p -c 2 {folder.At("two.sph")} |\nu1 a b.wav\n");
        var recordings = KaldiRecordings.Read(folder.FullName, CancellationToken.None);
        File.Delete(folder.At(KaldiRecordings.Name));
        recordings.Settle(archives: null, CancellationToken.None);
        Assert.True(recordings.TakesChannels);
        Assert.Equal([("u1", folder.At("a b.wav"), null), ("u2", folder.At("two.sph"), 1)], recordings.All);
        Assert.Equal((folder.At("two.sph"), 1), recordings.Find("u2"));
        Assert.Null(recordings.Find("u3"));
    }
}
