using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Files;

/// <summary>
/// Opens files that others may have put there: regular ones only, also behind a link. Nothing waits on a named pipe, no device is
/// touched, and the whole of a file is only read up to a bound. The kind is asked of the open file, so that it cannot be swapped.
/// </summary>
public static partial class RegularFile
{
    private const int OpenFlags = 0x800 | 0x80000 | 0x100; // O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY on Linux
    private const int NoEntry = 2, Interrupted = 4, NoAccess = 13, NoFolder = 20;

    /// <summary>Opens for reading. Writers are not locked out: what is read may still grow.</summary>
    /// <param name="path">The file; links to it are followed.</param>
    /// <param name="bufferSize">As of <see cref="FileStream"/>; 0 for none.</param>
    /// <exception cref="UserException">A folder, pipe, device or socket.</exception>
    /// <exception cref="IOException">Not there, or it cannot be opened, as <c>File.OpenRead</c> says it.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read it.</exception>
    public static FileStream OpenRead(string path, int bufferSize = 4096) =>
        new(OpenHandle(path), FileAccess.Read, bufferSize, isAsync: false);

    /// <summary>As <see cref="OpenRead"/>, for reading at any place.</summary>
    public static SafeFileHandle OpenHandle(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0'))
            throw new FileNotFoundException("Could not find the file.", path.Replace('\0', '?'));
        if (!OperatingSystem.IsLinux())
#pragma warning disable RS0030 // this is the one place
            return File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
        if (FileStatus.KindOf(path) is { IsRegular: false } kind)
            throw FileFaults.NotRegular(path, kind.Name); // opening a device may already do something
        var descriptor = Open(path);
        if (descriptor < 0)
            throw CannotOpen(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FileStatus.KindOf(handle) is { IsRegular: true })
            return handle;
        var found = FileStatus.KindOf(handle)?.Name ?? "something unknown";
        handle.Dispose();
        throw FileFaults.NotRegular(path, found);
    }

    /// <summary>The whole file.</summary>
    /// <exception cref="UserException">No regular file, or longer than <paramref name="maximumBytes"/>.</exception>
    /// <exception cref="IOException">As of <see cref="OpenRead"/>.</exception>
    public static byte[] ReadAllBytes(string path, long maximumBytes)
    {
        using var stream = OpenRead(path, bufferSize: 0);
        if (stream.Length > maximumBytes)
            throw FileFaults.TooLarge(path, maximumBytes);
        using var bytes = new MemoryStream((int)stream.Length);
        var buffer = new byte[1 << 14]; // the length is what it was: a file may grow, and those of /proc tell none
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (bytes.Length + read > maximumBytes)
                throw FileFaults.TooLarge(path, maximumBytes);
            bytes.Write(buffer, 0, read);
        }
        return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();
    }

    /// <summary>The whole file as text: UTF-8, or what its byte-order mark says.</summary>
    /// <inheritdoc cref="ReadAllBytes" path="/exception"/>
    public static string ReadAllText(string path, long maximumBytes)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAllBytes(path, maximumBytes)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A reader of lines: UTF-8, or what the byte-order mark says. Memory is one line, and that is bounded.</summary>
    /// <param name="maximumLineBytes">A longer line is refused while it is read, give or take a buffer.</param>
    /// <param name="cancellation">Asked at every buffer.</param>
    /// <inheritdoc cref="OpenRead" path="/exception"/>
    public static StreamReader OpenText(string path, int maximumLineBytes, CancellationToken cancellation = default) =>
        new(new BoundedLines(OpenRead(path, bufferSize: 0), path, maximumLineBytes, cancellation), Encoding.UTF8);

    private static int Open(string path)
    {
        int descriptor;
        do
            descriptor = OpenDescriptor(path, OpenFlags);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return descriptor;
    }

    private static Exception CannotOpen(string path, int error) => error switch
    {
        NoEntry => new FileNotFoundException($"Could not find file '{path}'.", path),
        NoFolder => new DirectoryNotFoundException($"Could not find a part of the path '{path}'."),
        NoAccess => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
        _ => new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error),
    };

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);
}
