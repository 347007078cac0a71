using System.Runtime.InteropServices;

namespace HubertSharp.Audio;

/// <summary>One channel from a file's rate to 16 kHz with libsoxr at its "very high quality": linear phase, 28 bits.</summary>
internal sealed partial class Resampler : IDisposable
{
    private const string Library = "libsoxr.so.0";
    private const uint VeryHighQuality = 6;

    private readonly int _rate;
    private nint _state;

    public Resampler(int rate)
    {
        _rate = rate;
        try
        {
            var quality = QualitySpec(VeryHighQuality, 0);
            _state = Create(rate, AudioFile.SampleRate, 1, out var error, 0, in quality, 0);
            if (error != 0)
                throw new InvalidOperationException($"libsoxr: {Marshal.PtrToStringUTF8(error)}");
        }
        catch (DllNotFoundException e)
        {
            throw AudioFaults.LibraryMissing("libsoxr", "libsoxr0", e);
        }
    }

    /// <summary>The length at 16 kHz of a number of frames, rounded half up as libsoxr does.</summary>
    public static long LengthAt16k(long frames, int rate) =>
        rate == AudioFile.SampleRate ? frames : (long)((((Int128)frames * AudioFile.SampleRate * 2) + rate) / (2 * rate));

    /// <summary>A whole signal at another rate.</summary>
    public static float[] To16k(ReadOnlySpan<float> samples, int rate)
    {
        var output = new SampleBuffer("synthetic audio");
        using var resampler = new Resampler(rate);
        if (!samples.IsEmpty)
            resampler.Process(samples, output);
        resampler.Process([], output);
        return output.ToArray(0, (int)LengthAt16k(samples.Length, rate));
    }

    /// <summary>Adds input; an empty span ends it. Whatever output is ready goes to the buffer.</summary>
    public void Process(ReadOnlySpan<float> input, SampleBuffer output)
    {
        var ending = input.IsEmpty;
        while (true)
        {
            var room = output.Reserve((int)Math.Min(1 << 20, LengthAt16k(input.Length, _rate) + 4096));
            nuint used = 0, made;
            var error = ending
                ? Process(_state, 0, 0, 0, ref MemoryMarshal.GetReference(room), (nuint)room.Length, out made)
                : Process(_state, in MemoryMarshal.GetReference(input), (nuint)input.Length, out used, ref MemoryMarshal.GetReference(room),
                    (nuint)room.Length, out made);
            if (error != 0)
                throw new InvalidOperationException($"libsoxr: {Marshal.PtrToStringUTF8(error)}");
            output.Advance((int)made);
            input = input[(int)used..];
            if ((int)made < room.Length && input.IsEmpty)
                return;
        }
    }

    public void Dispose()
    {
        if (_state != 0)
            Delete(_state);
        _state = 0;
    }

    /// <summary>soxr_quality_spec_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Quality
    {
        public double Precision, PhaseResponse, PassbandEnd, StopbandBegin;
        public nint Reserved;
        public nuint Flags;
    }

    [LibraryImport(Library, EntryPoint = "soxr_quality_spec")]
    private static partial Quality QualitySpec(nuint recipe, nuint flags);

    [LibraryImport(Library, EntryPoint = "soxr_create")]
    private static partial nint Create(
        double inputRate, double outputRate, uint channels, out nint error, nint io, in Quality quality, nint runtime);

    [LibraryImport(Library, EntryPoint = "soxr_process")]
    private static partial nint Process(
        nint state, in float input, nuint inputLength, out nuint used, ref float output, nuint room, out nuint made);

    [LibraryImport(Library, EntryPoint = "soxr_process")]
    private static partial nint Process(
        nint state, nint noInput, nuint noLength, nint noCount, ref float output, nuint room, out nuint made);

    [LibraryImport(Library, EntryPoint = "soxr_delete")]
    private static partial void Delete(nint state);
}
