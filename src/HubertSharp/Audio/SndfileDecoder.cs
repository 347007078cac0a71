using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>Decodes with libsndfile: WAV, FLAC, Ogg/Vorbis, Opus, MP3 and its other formats.</summary>
internal sealed class SndfileDecoder : AudioDecoder
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly SndfileHandle _handle;

    private SndfileDecoder(string path, SafeFileHandle file, long length, SndfileHandle handle, SndfileNative.Info info)
    {
        CheckShape(path, info.SampleRate, info.Channels);
        _path = path;
        _file = file;
        _handle = handle;
        SampleRate = info.SampleRate;
        Channels = info.Channels;
        Frames = (info.Format & SndfileNative.TypeMask) switch
        {
            SndfileNative.TypeWav or SndfileNative.TypeWavex or SndfileNative.TypeRf64 => RiffLength.Check(path, file, length, info.Frames),
            SndfileNative.TypeFlac => FlacLength.Check(path, file, length),
            SndfileNative.TypeOgg => OggEnd.Check(path, file, length),
            _ => null,
        };
    }

    /// <summary>Returns null where libsndfile does not know the format and ffmpeg may; takes over the file handle otherwise.</summary>
    public static SndfileDecoder? TryOpen(string path, SafeFileHandle file, long length)
    {
        var info = default(SndfileNative.Info);
        var handle = SndfileHandle.Open((int)file.DangerousGetHandle(), SndfileNative.ModeRead, ref info, out var error, out var reason);
        try
        {
            if (!handle.IsInvalid)
                return new SndfileDecoder(path, file, length, handle, info);
            handle.Dispose();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        Span<byte> magic = stackalloc byte[12];
        magic = magic[..RandomAccess.Read(file, magic, 0)];
        var known = magic.StartsWith("fLaC"u8) || (magic.StartsWith("RIFF"u8) && magic.EndsWith("WAVE"u8));
        if (known && error is not (SndfileNative.ErrorUnsupportedEncoding or SndfileNative.ErrorUnrecognisedFormat)
            && !reason.Contains("unimplemented", StringComparison.OrdinalIgnoreCase))
            throw AudioFaults.Damaged(path, reason);
        return null;
    }

    public override int ReadFrames(Span<float> interleaved)
    {
        var asked = interleaved.Length / Channels;
        if (asked == 0)
            return 0;
        var got = (int)SndfileNative.ReadFloat(_handle, ref interleaved[0], asked);
        if (got < asked && _handle.Fault is { } fault)
            throw AudioFaults.Damaged(_path, fault);
        return got;
    }

    public override bool TrySeek(long frame) => SndfileNative.Seek(_handle, frame, whence: 0) == frame;

    public override void Dispose()
    {
        _handle.Dispose();
        _file.Dispose();
    }
}
