using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Espeak;

/// <summary>
/// The part of libespeak-ng's C interface that is used here (speak_lib.h, API revision 12), each time with fresh variables: what the
/// library speaks depends on what it spoke before, and ending and beginning it again neither resets that nor always returns. A copy
/// of the file is another library to the loader; it stays loaded until the process ends.
/// </summary>
internal sealed unsafe class EspeakNative
{
    private const string Library = "libespeak-ng.so.1";

    public const int OutputSynchronous = 2;
    public const int OptionPhonemeEvents = 0x1;
    public const int OptionPhonemeIpa = 0x2;
    public const int OptionDontExit = 0x8000;
    public const int EventListEnd = 0;
    public const int EventPhoneme = 7;
    public const int ParameterRate = 1; // words per minute
    public const int ParameterPitch = 3; // 0 to 100
    public const uint CharsUtf8 = 1;
    public const int PhonemeBytes = 8;

    private static bool _originalUsed;

    private EspeakNative(nint library)
    {
        Initialize = (delegate* unmanaged[Cdecl]<int, int, nint, int, int>)NativeLibrary.GetExport(library, "espeak_Initialize");
        SetSynthCallback = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<short*, int, Event*, int>, void>)NativeLibrary.GetExport(
            library, "espeak_SetSynthCallback");
        SetVoiceByName = (delegate* unmanaged[Cdecl]<byte*, int>)NativeLibrary.GetExport(library, "espeak_SetVoiceByName");
        SetParameter = (delegate* unmanaged[Cdecl]<int, int, int, int>)NativeLibrary.GetExport(library, "espeak_SetParameter");
        Synth = (delegate* unmanaged[Cdecl]<byte*, nuint, uint, int, uint, uint, nint, nint, int>)NativeLibrary.GetExport(library,
            "espeak_Synth");
    }

    /// <summary>(output, buffer in ms, path, options) gives the sample rate.</summary>
    public delegate* unmanaged[Cdecl]<int, int, nint, int, int> Initialize { get; }

    public delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<short*, int, Event*, int>, void> SetSynthCallback { get; }

    public delegate* unmanaged[Cdecl]<byte*, int> SetVoiceByName { get; }

    /// <summary>(parameter, value, relative).</summary>
    public delegate* unmanaged[Cdecl]<int, int, int, int> SetParameter { get; }

    /// <summary>(text, bytes, position, kind of position, end, flags, identifier, user data).</summary>
    public delegate* unmanaged[Cdecl]<byte*, nuint, uint, int, uint, uint, nint, nint, int> Synth { get; }

    /// <summary>Loads the library in the state that it has when a program starts.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    public static EspeakNative Load()
    {
        var original = NativeLibrary.Load(Library);
        if (!_originalUsed)
        {
            _originalUsed = true;
            return new EspeakNative(original);
        }
        var path = RegularFile.ReadLines("/proc/self/maps").First(line => line.Contains("/libespeak-ng.so", StringComparison.Ordinal));
        using var work = WorkFolder.Temporary("espeak");
        var copy = work.At("espeak.so");
        File.Copy(path[path.IndexOf('/', StringComparison.Ordinal)..], copy);
        return new EspeakNative(NativeLibrary.Load(copy)); // loaded, it needs no name any more
    }

    /// <summary>espeak_EVENT.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Event
    {
        public int Type;
        public uint Identifier;
        public int TextPosition;
        public int Length;
        public int AudioPositionMs;
        public int Sample;
        public nint UserData;
        public fixed byte Phoneme[PhonemeBytes];
    }
}
