using System.Diagnostics;
using System.Net.Sockets;

namespace HubertSharp.Tests;

/// <summary>What may stand in a file's place and is none: whoever opens it may wait for ever, or fill the memory.</summary>
internal static class InTheWay
{
    /// <summary>The kinds that <see cref="Put"/> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["pipe", "folder", "socket", "endless", "nowhere", "circle"];

    /// <summary>Removes what is there, and puts something else in its place.</summary>
    public static void Put(string path, string kind)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
        switch (kind)
        {
            case "pipe":
                using (var make = Process.Start("mkfifo", [path]))
                    make.WaitForExit();
                break;
            case "folder":
                Directory.CreateDirectory(Path.Combine(path, "something"));
                break;
            case "socket":
                using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                    Bind(socket, path);
                break;
            case "endless":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "nowhere":
                File.CreateSymbolicLink(path, path + ".not-there");
                break;
            case "circle":
                File.CreateSymbolicLink(path, path);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "not one of the kinds");
        }
    }

    // closing a socket's end removes its file; a name that is moved meanwhile stays
    private static void Bind(Socket socket, string path)
    {
        var elsewhere = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()); // a socket's path has at most 107 bytes
        socket.Bind(new UnixDomainSocketEndPoint(elsewhere));
        File.Move(elsewhere, path);
    }
}
