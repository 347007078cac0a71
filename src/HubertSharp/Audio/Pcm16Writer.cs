using System.Runtime.InteropServices;
using HubertSharp.Audio.Flac;
using HubertSharp.Runs;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Writes a file of 16-bit samples piece by piece through libsndfile. The descriptor stays open and belongs to the caller.
/// </summary>
internal sealed class Pcm16Writer : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly int _format;
    private readonly SndfileHandle _handle;
    private string? _fault;
    private long _written;

    /// <param name="path">For messages.</param>
    /// <param name="file">Open for writing and reading.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="format">See <see cref="FormatOf"/>.</param>
    /// <param name="software">What the file names as the program that wrote it, or null.</param>
    /// <exception cref="UserException">libsndfile refuses it.</exception>
    public Pcm16Writer(string path, SafeFileHandle file, int sampleRate, int format, string? software = null)
    {
        (_path, _file, _format) = (path, file, format);
        var info = new SndfileNative.Info { SampleRate = sampleRate, Channels = 1, Format = format };
        _handle = SndfileHandle.Open(file, SndfileNative.ModeWrite, ref info, out _, out var reason);
        if (_handle.IsInvalid)
            throw AudioFaults.CannotWrite(path, reason);
        if (software is not null && SndfileNative.SetText(_handle, SndfileNative.TextSoftware, software) != 0)
            throw AudioFaults.CannotWrite(path, _handle.Fault ?? "its description cannot be set");
    }

    /// <summary>Rounds to the nearest multiple of 1/32768 and cuts at full scale.</summary>
    public static short[] Round(ReadOnlySpan<float> samples)
    {
        var pcm = new short[samples.Length];
        for (var i = 0; i < pcm.Length; i++)
            pcm[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32768f), short.MinValue, short.MaxValue);
        return pcm;
    }

    /// <summary>libsndfile's format number for a name ending in <c>.wav</c> or <c>.flac</c>.</summary>
    public static int FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".wav" => SndfileNative.TypeWav | SndfileNative.Pcm16,
        ".flac" => SndfileNative.TypeFlac | SndfileNative.Pcm16,
        _ => throw AudioFaults.FormatOfName(path),
    };

    /// <summary>Writes all samples at once.</summary>
    public static void Write(string path, SafeFileHandle file, ReadOnlySpan<short> pcm, int sampleRate, int format)
    {
        if (pcm.IsEmpty)
            throw new ArgumentException("no samples to write", nameof(pcm));
        using var output = new Pcm16Writer(path, file, sampleRate, format);
        output.Append(pcm);
        output.Complete();
    }

    public void Append(ReadOnlySpan<short> pcm)
    {
        if (pcm.IsEmpty || _fault is not null)
            return;
        if (SndfileNative.WriteShort(_handle, ref MemoryMarshal.GetReference(pcm), pcm.Length) != pcm.Length)
            _fault = _handle.Fault ?? "the disk is full";
        _written += pcm.Length;
    }

    /// <summary>Brings everything to the file and sees that it is all there.</summary>
    /// <exception cref="UserException">The disk is full.</exception>
    public void Complete()
    {
        if (!_handle.CloseAndCheck() || _fault is not null)
            throw AudioFaults.CannotWrite(_path, _fault ?? "the last bytes could not be written");
        // The FLAC encoder keeps quiet about a disk that fills up while it closes: what lies there must be the whole.
        if ((_format & SndfileNative.TypeMask) == SndfileNative.TypeFlac && !IsWhole())
            throw AudioFaults.CannotWrite(_path, "the disk is full");
    }

    public void Dispose() => _handle.Dispose();

    private bool IsWhole()
    {
        try
        {
            return FlacLength.Check(_path, _file, RandomAccess.GetLength(_file), out _) == _written;
        }
        catch (UserException)
        {
            return false;
        }
    }
}
