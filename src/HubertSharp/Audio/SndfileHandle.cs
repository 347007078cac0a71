using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>An open SNDFILE* with a file descriptor of its own.</summary>
internal sealed class SndfileHandle : SafeHandle
{
    public SndfileHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>libsndfile's state of error, in its words, or null when all is well.</summary>
    public string? Fault => SndfileNative.Error(handle) == 0 ? null : SndfileNative.Describe(handle);

    /// <summary>
    /// Opens a file that is open already; the result is invalid when libsndfile refuses it, with its error number and words.
    /// </summary>
    public static SndfileHandle Open(SafeFileHandle file, int mode, ref SndfileNative.Info info, out int error, out string reason)
    {
        var opened = new SndfileHandle();
        try
        {
            opened.SetHandle(SndfileNative.OpenDescriptor(AudioHandle.Duplicate(file), mode, ref info, closeDescriptor: 1));
            error = opened.IsInvalid ? SndfileNative.Error(0) : 0;
            reason = opened.IsInvalid ? SndfileNative.Describe(0) : "";
            return opened;
        }
        catch (DllNotFoundException e)
        {
            throw AudioFaults.LibraryMissing("libsndfile", "libsndfile1", e);
        }
    }

    /// <summary>Closes now and says whether the last bytes were written.</summary>
    public bool CloseAndCheck()
    {
        var file = handle;
        SetHandleAsInvalid();
        return SndfileNative.Close(file) == 0;
    }

    protected override bool ReleaseHandle() => SndfileNative.Close(handle) == 0;
}
