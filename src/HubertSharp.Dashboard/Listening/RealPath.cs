using System.Runtime.InteropServices;

namespace HubertSharp.Dashboard.Listening;

/// <summary>Where a path really leads once every link in it is followed: realpath(3).</summary>
internal static unsafe partial class RealPath
{
    /// <summary>Null where there is nothing.</summary>
    public static string? Of(string path)
    {
        if (path.Contains('\0'))
            return null;
        var found = Resolve(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(found);
        }
        finally
        {
            NativeMemory.Free((void*)found);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, nint buffer);
}
