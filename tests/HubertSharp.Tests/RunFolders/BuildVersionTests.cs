using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

public class BuildVersionTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData(Commit + " clean\n", Commit, false, ", commit " + Commit)]
    [InlineData(Commit + " dirty\n", Commit, true, ", commit " + Commit + " (dirty: built from changed files)")]
    [InlineData("unknown\n", null, null, ", commit unknown")]
    [InlineData("", null, null, ", commit unknown")]
    [InlineData(Commit, null, null, ", commit unknown")]
    [InlineData("<script> clean", null, null, ", commit unknown")]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456\u001b clean", null, null, ", commit unknown")]
    [InlineData(null, null, null, ", commit unknown")]
    public void What_the_build_wrote_is_read_and_nothing_else(string? written, string? commit, bool? dirty, string told)
    {
        using var folder = new TemporaryFolder();
        if (written is not null)
            folder.Write(BuildVersion.FileName, written);
        var version = BuildVersion.ReadFrom(folder.FullName);
        Assert.Equal((commit, dirty), (version.Commit, version.IsDirty));
        Assert.Matches(@"^\d+\.\d+\.\d+$", version.Version);
        Assert.Equal(version.Version + told, version.ToString());
    }
}
