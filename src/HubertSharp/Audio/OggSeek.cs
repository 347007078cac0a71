using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Whether libsndfile's seeks in an Ogg file land where reading from the start comes to. They do not where positions begin elsewhere than
/// at zero, as in a file that was cut without decoding (<c>ffmpeg -ss 0.5 -c copy</c>): by 312 samples in an Opus file, by half a second in
/// a Vorbis file. Such a file is decoded from its start.
/// </summary>
internal static class OggSeek
{
    /// <summary>Before this, a file is decoded from its start in any case: trying costs as much.</summary>
    public const int ShortSeconds = 20;

    private const int TriedSecond = 4; // behind the first page of every writer
    private const int Compared = 1024;
    private const float Rounding = 1e-3f;

    /// <summary>Tried once per file.</summary>
    public static bool IsExact(string path, SafeFileHandle file) =>
        ProvenFiles.Check("seeks", path, file, RandomAccess.GetLength(file), static (path, _, _) => Lands(path) ? 1 : 0) == 1;

    private static bool Lands(string path)
    {
        var (sought, read) = (Read(path, seeks: true), Read(path, seeks: false));
        if (sought.Length == 0 || sought.Length != read.Length || read.Max() - read.Min() < 10 * Rounding)
            return false; // too quiet to tell
        return sought.Zip(read).All(pair => MathF.Abs(pair.First - pair.Second) < Rounding);
    }

    private static float[] Read(string path, bool seeks)
    {
        using var file = AudioHandle.Open(path, out _);
        var info = default(SndfileNative.Info);
        using var handle = SndfileHandle.Open(file, SndfileNative.ModeRead, ref info, out _, out _);
        if (handle.IsInvalid)
            return [];
        var place = TriedSecond * info.SampleRate;
        var samples = new float[Compared * info.Channels];
        if (seeks && SndfileNative.Seek(handle, place, whence: 0) != place)
            return [];
        for (var left = seeks ? 0 : place; left > 0;)
        {
            var got = (int)SndfileNative.ReadFloat(handle, ref samples[0], Math.Min(left, Compared));
            if (got <= 0)
                return [];
            left -= got;
        }
        return SndfileNative.ReadFloat(handle, ref samples[0], Compared) == Compared ? samples : [];
    }
}
