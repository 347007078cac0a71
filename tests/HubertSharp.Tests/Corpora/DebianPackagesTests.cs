using System.Diagnostics;
using HubertSharp.Corpora;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Corpora;

public class DebianPackagesTests
{
    [Fact]
    public void A_package_that_is_there_is_unpacked_once_without_apt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("p/DEBIAN/control", "Package: some-voice\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: test\n");
        folder.Write("p/usr/share/a.txt", "content");
        Directory.CreateDirectory(folder.At("cache", "download.2147483647.partial")); // of a process that was killed
        using (var build = Process.Start(new ProcessStartInfo("dpkg-deb", ["--build", folder.At("p"), folder.At("cache", "some-voice_1_all.deb")]) { RedirectStandardOutput = true })!)
            build.WaitForExit();
        var packages = new DebianPackages(folder.At("cache"), ["some-voice"]);
        var unpacked = packages.Fetch(CancellationToken.None);
        Assert.Equal("content", File.ReadAllText(Path.Combine(unpacked, "usr/share/a.txt")));
        Assert.Equal(["some-voice_1_all.deb", "unpacked"], Directory.GetFileSystemEntries(folder.At("cache")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        File.Delete(folder.At("cache", "some-voice_1_all.deb"));
        Assert.Equal(unpacked, packages.Fetch(CancellationToken.None));
    }

    [Fact]
    public void A_damaged_package_is_named()
    {
        using var folder = new TemporaryFolder();
        var package = folder.Write("some-voice_1_all.deb", "no archive");
        var fault = Assert.Throws<UserException>(() => new DebianPackages(folder.FullName, ["some-voice"]).Fetch(CancellationToken.None)).Message;
        Assert.StartsWith($"{package}: the package cannot be unpacked", fault, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("unpacked")));
    }

    [Fact]
    public void A_package_that_apt_does_not_know_asks_for_apt_update()
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.Throws<UserException>(() => new DebianPackages(folder.FullName, ["hubertsharp-no-such-package"]).Fetch(CancellationToken.None)).Message;
        Assert.Contains("apt-get update", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }
}
