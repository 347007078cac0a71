using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Files;

public class WriteFaultsTests
{
    [Theory]
    [InlineData(28, "no space left on the disk")]
    [InlineData(122, "no space left on the disk")]
    [InlineData(30, "the file system is read-only")]
    [InlineData(5, "cannot write")]
    [InlineData(9, "cannot write")]
    public void Causes_are_told_apart(int error, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "these are Unix's numbers");
        var cause = new IOException("the system's words", error);
        Assert.StartsWith($"/run/x: {expected}", WriteFaults.Of("/run/x", cause).Message);
        Assert.StartsWith($"/run/x: {expected}",
            WriteFaults.Of("/run/x", new IOException("outer", cause)).Message.Replace("found outer", ""));
    }

    [Fact]
    public void A_failing_disk_is_what_to_look_at() =>
        Assert.EndsWith("look at the disk and the system's log, then run the same command again",
            WriteFaults.Of("/run/x", new IOException("Input/output error", 5)).Message);

    [Fact]
    public void Missing_rights_are_named() =>
        Assert.StartsWith("/run/x: no right to write here", WriteFaults.Of("/run/x", new UnauthorizedAccessException("denied")).Message);

    [Fact]
    public void A_file_in_a_folders_place_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("out", "x");
        var cause = Assert.ThrowsAny<IOException>(() => Directory.CreateDirectory(Path.Combine(file, "a", "b")));
        Assert.Equal($"{file}/a/b: cannot write (expected a folder, found the file {file}); choose another place",
            WriteFaults.Of(Path.Combine(file, "a", "b"), cause).Message);
    }

    [Fact]
    public void A_full_disk_is_known_by_what_the_system_really_says()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        var cause = Assert.ThrowsAny<IOException>(() => File.WriteAllText("/dev/full", "x"));
        Assert.Contains("no space left", WriteFaults.Of("/dev/full", cause).Message);
    }
}
