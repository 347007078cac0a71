using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Files;

public class WritableFolderTests
{
    [Fact]
    public void A_place_is_tried_without_a_trace()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(folder.At("a", "b", "km.safetensors"), OutputKind.KMeansModel.PlaceOf(folder.At("a", "b", "km.safetensors")));
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void What_would_fail_after_the_work_fails_before_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("file", "x");
        var inFile = Assert.Throws<UserException>(() => OutputKind.KMeansModel.PlaceOf(folder.At("file", "km.safetensors"))).Message;
        Assert.Contains("cannot write (expected a folder, found the file", inFile);
        Assert.StartsWith("/proc/km.safetensors: ",
            Assert.Throws<UserException>(() => OutputKind.KMeansModel.PlaceOf("/proc/km.safetensors")).Message);
    }
}
