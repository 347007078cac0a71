using HubertSharp.Audio.Flac;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>Decodes with libsndfile: WAV, FLAC, Ogg/Vorbis, Opus, MP3 and its other formats.</summary>
internal sealed class SndfileDecoder : AudioDecoder
{
    private const int VorbisMargin = 16384; // two of the longest blocks
    private const int Mp3Reservoir = 32 * 1152; // frames that a frame may need before it, with room
    private const int Mp3ShortSeconds = 60;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly SndfileHandle _handle;
    private readonly int _format;
    private readonly long _lastSeekTarget = long.MaxValue;
    private readonly long _end = long.MaxValue;
    private long _position;

    private SndfileDecoder(
        string path, SafeFileHandle file, long length, SndfileHandle handle, SndfileNative.Info info, long lastPageLength)
    {
        CheckShape(path, info.SampleRate, info.Channels);
        _path = path;
        _file = file;
        _handle = handle;
        SampleRate = info.SampleRate;
        Channels = info.Channels;
        _format = info.Format & SndfileNative.TypeMask;
        switch (_format)
        {
            case SndfileNative.TypeWav or SndfileNative.TypeWavex or SndfileNative.TypeRf64:
                var counted = RiffLength.Check(path, file, length, info.Frames);
                // its number of samples is a guess
                Frames = (info.Format & SndfileNative.SubtypeMask) == SndfileNative.MpegLayer3 ? null : counted;
                break;
            case SndfileNative.TypeFlac:
                Frames = FlacLength.Check(path, file, length, out var promised);
                Promised = promised > 0 ? promised : null;
                _end = promised == 0 && Frames is { } walked ? walked : _end; // a tag may lie behind it
                break;
            case SndfileNative.TypeOgg:
                // libsndfile lands at the wrong sample when it seeks into the last page of a Vorbis stream.
                _lastSeekTarget = info.Frames - lastPageLength - VorbisMargin;
                break;
        }
    }

    /// <summary>Returns null where libsndfile does not know the format and ffmpeg may; takes over the file handle otherwise.</summary>
    public static SndfileDecoder? TryOpen(string path, SafeFileHandle file, long length)
    {
        // before libsndfile opens it: its MP3 library writes warnings to the terminal
        var lastPageLength = CheckStructure(path, file, length);
        var info = default(SndfileNative.Info);
        var handle = SndfileHandle.Open(file, SndfileNative.ModeRead, ref info, out var error, out var reason);
        try
        {
            if (!handle.IsInvalid)
                return new SndfileDecoder(path, file, length, handle, info, lastPageLength);
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

    /// <summary>Refuses what has lost bytes or got others, as far as the format can tell; decoders pass over it without a word.</summary>
    private static long CheckStructure(string path, SafeFileHandle file, long length)
    {
        ChunkLength.Check(path, file, length);
        return ProvenFiles.Check("pages", path, file, length, static (path, file, length) =>
        {
            Mp3Frames.Check(path, file, length);
            return OggPages.Check(path, file, length);
        });
    }

    public override int ReadFrames(Span<float> interleaved)
    {
        var asked = (int)Math.Min(interleaved.Length / Channels, _end - _position);
        if (asked <= 0)
            return 0;
        var got = (int)SndfileNative.ReadFloat(_handle, ref interleaved[0], asked);
        _position += got;
        if (got < asked && _handle.Fault is { } fault)
            throw AudioFaults.Damaged(_path, fault);
        return got;
    }

    public override long SeekNear(long frame)
    {
        var target = Math.Min(frame, _lastSeekTarget);
        // A sought MP3 frame lacks what earlier frames hold of it. Short files are decoded from the start, which is exact.
        if (_format == SndfileNative.TypeMpeg)
            target = frame < (long)Mp3ShortSeconds * SampleRate ? 0 : target - Mp3Reservoir;
        else if (_format == SndfileNative.TypeOgg
            && (frame < (long)OggSeek.ShortSeconds * SampleRate || !OggSeek.IsExact(_path, _file)))
            target = 0;
        return _position = target > 0 && SndfileNative.Seek(_handle, target, whence: 0) == target ? target : 0;
    }

    public override void Dispose()
    {
        _handle.Dispose();
        _file.Dispose();
    }
}
