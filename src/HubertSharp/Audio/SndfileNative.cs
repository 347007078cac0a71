using System.Runtime.InteropServices;

namespace HubertSharp.Audio;

/// <summary>The part of libsndfile's C interface that is used here (sndfile.h, 1.0.28 and later).</summary>
internal static partial class SndfileNative
{
    private const string Library = "libsndfile.so.1";

    public const int ModeRead = 0x10;
    public const int ModeWrite = 0x20;
    public const int TypeMask = 0x0FFF0000;
    public const int SubtypeMask = 0xFFFF;
    public const int TypeWav = 0x010000;
    public const int TypeWavex = 0x130000;
    public const int TypeFlac = 0x170000;
    public const int TypeOgg = 0x200000;
    public const int TypeRf64 = 0x220000;
    public const int TypeMpeg = 0x230000;
    public const int Pcm16 = 0x0002;
    public const int TextSoftware = 3;
    public const int MpegLayer3 = 0x0082;
    public const int ErrorUnrecognisedFormat = 1;
    public const int ErrorUnsupportedEncoding = 4;

    /// <summary>SF_INFO.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }

    [LibraryImport(Library, EntryPoint = "sf_open_fd")]
    public static partial nint OpenDescriptor(int descriptor, int mode, ref Info info, int closeDescriptor);

    [LibraryImport(Library, EntryPoint = "sf_close")]
    public static partial int Close(nint file);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    public static partial int Error(nint file);

    [LibraryImport(Library, EntryPoint = "sf_strerror")]
    private static partial nint ErrorText(nint file);

    [LibraryImport(Library, EntryPoint = "sf_readf_float")]
    public static partial long ReadFloat(SndfileHandle file, ref float interleaved, long frames);

    [LibraryImport(Library, EntryPoint = "sf_writef_short")]
    public static partial long WriteShort(SndfileHandle file, ref short interleaved, long frames);

    [LibraryImport(Library, EntryPoint = "sf_set_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetText(SndfileHandle file, int kind, string text);

    [LibraryImport(Library, EntryPoint = "sf_seek")]
    public static partial long Seek(SndfileHandle file, long frames, int whence);

    /// <summary>libsndfile's own words for the last error; a null handle asks about the last failed open.</summary>
    public static string Describe(nint file) =>
        Marshal.PtrToStringUTF8(ErrorText(file))?.Replace("Error : ", "", StringComparison.Ordinal).Trim().TrimEnd('.') ?? "unknown error";
}
