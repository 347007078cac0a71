using System.Runtime.InteropServices;

namespace HubertSharp.Corpora;

/// <summary>The part of libespeak-ng's C interface that is used here (speak_lib.h, API revision 12).</summary>
internal static unsafe partial class EspeakNative
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

    [LibraryImport(Library, EntryPoint = "espeak_Initialize")]
    public static partial int Initialize(int output, int bufferMs, nint path, int options);

    [LibraryImport(Library, EntryPoint = "espeak_SetSynthCallback")]
    public static partial void SetSynthCallback(delegate* unmanaged[Cdecl]<short*, int, Event*, int> callback);

    [LibraryImport(Library, EntryPoint = "espeak_SetVoiceByName", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetVoiceByName(string name);

    [LibraryImport(Library, EntryPoint = "espeak_SetParameter")]
    public static partial int SetParameter(int parameter, int value, int relative);

    [LibraryImport(Library, EntryPoint = "espeak_Synth")]
    public static partial int Synth(byte* text, nuint size, uint position, int positionType, uint endPosition, uint flags, nint identifier, nint userData);

    [LibraryImport(Library, EntryPoint = "espeak_Terminate")]
    public static partial int Terminate();
}
