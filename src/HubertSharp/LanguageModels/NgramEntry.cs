using System.Runtime.InteropServices;

namespace HubertSharp.LanguageModels;

/// <summary>One n-gram. It hangs under the n-gram without its first word, so that a history is followed word by word backwards.</summary>
/// <param name="Key">The place of the n-gram without the first word, in the upper half, and the first word.</param>
/// <param name="Probability">log10 of the last word's probability behind the others.</param>
/// <param name="Backoff">log10 of the back-off weight; <see cref="NoExtension"/> where nothing can be learnt from the n-gram as a
/// history.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NgramEntry(ulong Key, float Probability, float Backoff)
{
    /// <summary>A weight of 1 of an n-gram that no longer one begins with: minus zero, as KenLM has it.</summary>
    public const float NoExtension = -0f;

    public uint Parent => (uint)(Key >> 32);

    public uint Word => (uint)Key;

    /// <summary>As a history the n-gram tells something: it has a weight, or longer ones begin with it.</summary>
    public bool Extends => BitConverter.SingleToUInt32Bits(Backoff) != 0x8000_0000;

    public static ulong KeyOf(uint parent, uint word) => ((ulong)parent << 32) | word;
}
