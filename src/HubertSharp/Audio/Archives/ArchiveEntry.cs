using System.Runtime.InteropServices;
using HubertSharp.Runs.Manifests;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio.Archives;

/// <summary>
/// A recording within a zip, a tar or an ark as a file of its own, in memory: every decoder, and every check of a file's structure, then
/// sees it as if it lay on the disk.
/// </summary>
internal static partial class ArchiveEntry
{
    private const long MostBytes = 2L << 30; // more than 8 hours of 16 kHz, in any usual format
    private const int BlockBytes = 1 << 20;
    private const int UstarPlace = 257; // in a header of tar
    private const uint CloseOnExec = 1; // MFD_CLOEXEC

    /// <summary>The bytes of a slice, copied.</summary>
    /// <param name="path">As the manifest gives it, for messages.</param>
    /// <param name="archive">The archive, open.</param>
    /// <param name="slice">Where the recording lies.</param>
    /// <exception cref="Runs.UserException">It lies outside the archive, is too large, or is an entry's header.</exception>
    public static SafeFileHandle Copy(string path, SafeFileHandle archive, ArchiveSlice slice)
    {
        var length = RandomAccess.GetLength(archive);
        if (slice.Offset + slice.LengthBytes > length)
            throw AudioFaults.OutsideArchive(path, length, slice.Offset + slice.LengthBytes);
        if (slice.LengthBytes > MostBytes)
            throw AudioFaults.LargeInArchive(path, MostBytes, slice.LengthBytes);
        var block = new byte[Math.Min(BlockBytes, slice.LengthBytes)];
        var copy = new SafeFileHandle(CreateInMemory("recording", CloseOnExec), ownsHandle: true);
        try
        {
            if (copy.IsInvalid)
                throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            for (var done = 0L; done < slice.LengthBytes;)
            {
                var got = RandomAccess.Read(archive, block.AsSpan(0, (int)Math.Min(block.Length, slice.LengthBytes - done)),
                    slice.Offset + done);
                if (got == 0)
                    throw AudioFaults.OutsideArchive(path, slice.Offset + done, slice.Offset + slice.LengthBytes);
                if (done == 0 && block.AsSpan(0, got).StartsWith("PK\x03\x04"u8))
                    throw AudioFaults.EntryHeader(path);
                if (done == 0 && got > UstarPlace + 5 && block.AsSpan(UstarPlace, 5).SequenceEqual("ustar"u8))
                    throw AudioFaults.TarHeader(path);
                RandomAccess.Write(copy, block.AsSpan(0, got), done);
                done += got;
            }
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);
}
