using System.Diagnostics;
using HubertSharp.Corpora.Debian;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Corpora.Debian;

public class DebianPackagesTests
{
    [Fact]
    public void A_package_that_is_there_is_unpacked_once_without_apt()
    {
        using var folder = new TemporaryFolder();
        Package(folder);
        Directory.CreateDirectory(folder.At("cache", "download.2147483647.partial")); // of a process that was killed
        var packages = new DebianPackages(folder.At("cache"), ["some-voice"]);
        var unpacked = packages.Fetch(CancellationToken.None)["some-voice"];
        Assert.Equal("content", File.ReadAllText(Path.Combine(unpacked, "usr/share/a.txt")));
        Assert.Equal(["some-voice", "some-voice_1_all.deb"],
            Directory.GetFileSystemEntries(folder.At("cache")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        File.Delete(folder.At("cache", "some-voice_1_all.deb"));
        Assert.Equal(unpacked, packages.Fetch(CancellationToken.None)["some-voice"]);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("planted")]
    [InlineData("missing")]
    [InlineData("linked")]
    [InlineData("empty folder")]
    [InlineData("without list")]
    [InlineData("before lists")]
    public void What_is_no_longer_as_it_was_unpacked_is_unpacked_anew(string damage)
    {
        using var folder = new TemporaryFolder();
        Package(folder);
        var packages = new DebianPackages(folder.At("cache"), ["some-voice"]);
        var unpacked = packages.Fetch(CancellationToken.None)["some-voice"];
        var file = Path.Combine(unpacked, "usr/share/a.txt");
        var seal = folder.At("cache", "some-voice", "files.json");
        switch (damage)
        {
            case "changed": File.WriteAllText(file, "CONTENT"); break;
            case "planted": File.WriteAllText(Path.Combine(unpacked, "usr/share/b.txt"), "more"); break;
            case "missing": File.Delete(file); break;
            case "linked":
                File.Delete(file);
                File.CreateSymbolicLink(file, folder.Write("elsewhere.txt", "content"));
                break;
            case "empty folder": Directory.CreateDirectory(Path.Combine(unpacked, "usr/share/b")); break;
            case "without list": File.Delete(seal); break;
            default:
                Directory.Delete(folder.At("cache", "some-voice"), recursive: true);
                folder.Write("cache/some-voice/usr/share/a.txt", "planted");
                break;
        }
        Assert.Equal(unpacked, packages.Fetch(CancellationToken.None)["some-voice"]);
        Assert.Equal("content", File.ReadAllText(file));
        Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Equal(["a.txt", "there.txt"],
            Directory.GetFileSystemEntries(Path.Combine(unpacked, "usr/share")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["some-voice", "some-voice.1", "some-voice_1_all.deb"],
            Directory.GetFileSystemEntries(folder.At("cache")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static void Package(TemporaryFolder folder)
    {
        folder.Write("p/DEBIAN/control",
            "Package: some-voice\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: test\n");
        folder.Write("p/usr/share/a.txt", "content");
        File.CreateSymbolicLink(folder.At("p", "usr", "share", "there.txt"), "a.txt");
        Directory.CreateDirectory(folder.At("cache"));
        using var build = Process.Start(new ProcessStartInfo("dpkg-deb",
            ["--build", folder.At("p"), folder.At("cache", "some-voice_1_all.deb")])
        {
            RedirectStandardOutput = true,
        })!;
        build.WaitForExit();
    }

    [Fact]
    public void A_damaged_package_is_named()
    {
        using var folder = new TemporaryFolder();
        var package = folder.Write("some-voice_1_all.deb", "no archive");
        var fault = Assert.Throws<UserException>(() => new DebianPackages(folder.FullName, ["some-voice"])
            .Fetch(CancellationToken.None)).Message;
        Assert.StartsWith($"{package}: the package cannot be unpacked", fault, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("some-voice")));
    }

    [Fact]
    public void A_package_that_apt_does_not_know_asks_for_apt_update()
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.Throws<UserException>(() => new DebianPackages(folder.FullName, ["hubertsharp-no-such-package"])
            .Fetch(CancellationToken.None)).Message;
        Assert.Contains("apt-get update", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }
}
