using System.Diagnostics;
using System.Net.Sockets;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Files;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_is_read_also_through_a_link_and_while_it_is_written()
    {
        using var writer = new FileStream(_folder.At("a.txt"), FileMode.Create, FileAccess.Write, FileShare.Read);
        writer.Write("grüße\n"u8);
        writer.Flush();
        File.CreateSymbolicLink(_folder.At("link"), "a.txt");
        foreach (var name in new[] { "a.txt", "link" })
        {
            Assert.Equal("grüße\n", RegularFile.ReadAllText(_folder.At(name), 100));
            using var stream = RegularFile.OpenRead(_folder.At(name));
            using var reader = new StreamReader(stream);
            Assert.Equal("grüße", reader.ReadLine());
            writer.Write("more\n"u8);
            writer.Flush();
            Assert.Equal("more", reader.ReadLine());
            writer.SetLength(8);
            writer.Position = 8;
        }
        Assert.Equal("", RegularFile.ReadAllText(_folder.Write("empty", ""), 0));
        Assert.Equal("x", RegularFile.ReadAllText(_folder.Write("mark", "\ufeffx"), 100));
        Assert.NotEmpty(RegularFile.ReadAllText("/proc/self/status", 1 << 20)); // regular, of length 0
    }

    [Fact(Timeout = Patience.LongMilliseconds)]
    public Task What_is_no_file_is_refused_without_waiting() => Task.Run(() =>
    {
        using (var make = Process.Start("mkfifo", [_folder.At("pipe")]))
            make.WaitForExit();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.At("socket")));
        (string, string)[] links = [("to-zero", "/dev/zero"), ("to-pipe", "pipe"), ("to-terminal", "/dev/tty"), ("to-folder", ".")];
        foreach (var (name, target) in links)
            File.CreateSymbolicLink(_folder.At(name), target);
        Refused("pipe", "a named pipe");
        Refused("to-pipe", "a named pipe");
        Refused("socket", "a socket");
        Refused("to-zero", "a device");
        Refused("to-terminal", "a device");
        Refused("to-folder", "a folder");
        Refused(".", "a folder");
    }, TestContext.Current.CancellationToken);

    [Fact]
    public void What_is_missing_or_closed_throws_as_the_framework_does()
    {
        File.CreateSymbolicLink(_folder.At("nowhere"), "no-such");
        File.CreateSymbolicLink(_folder.At("loop"), "loop");
        _folder.Write("a", "x");
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead(_folder.At("no-such")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead(_folder.At("nowhere")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead(_folder.At("a\0b")));
        Assert.Throws<DirectoryNotFoundException>(() => RegularFile.OpenRead(_folder.At("a", "b")));
        Assert.ThrowsAny<IOException>(() => RegularFile.OpenRead(_folder.At("loop")));
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return; // root may read everything
        File.SetUnixFileMode(_folder.At("a"), UnixFileMode.None);
        Assert.Throws<UnauthorizedAccessException>(() => RegularFile.OpenRead(_folder.At("a")));
    }

    [Fact]
    public void No_more_than_the_bound_is_read()
    {
        var path = _folder.Write("ten", "0123456789");
        Assert.Equal(10, RegularFile.ReadAllBytes(path, 10).Length);
        Assert.Equal($"{path}: the file is too large (expected at most 9 bytes, found more); check that it is the right file",
            Assert.Throws<UserException>(() => RegularFile.ReadAllBytes(path, 9)).Message);
        using (var sparse = File.Create(_folder.At("sparse")))
            sparse.SetLength(1L << 40);
        Assert.Throws<UserException>(() => RegularFile.ReadAllBytes(_folder.At("sparse"), 1 << 20));
        Assert.Throws<UserException>(() => RegularFile.ReadAllBytes("/proc/self/status", 10));
    }

    public void Dispose() => _folder.Dispose();

    private void Refused(string name, string kind)
    {
        var path = _folder.At(name);
        Assert.Equal($"{path}: not a regular file (expected a file, found {kind}); name a file that is stored on a disk",
            Assert.Throws<UserException>(() => RegularFile.OpenRead(path)).Message);
        Assert.Throws<UserException>(() => RegularFile.ReadAllText(path, 100));
    }
}
