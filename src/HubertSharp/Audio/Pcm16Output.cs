using System.Runtime.InteropServices;
using HubertSharp.Audio.Flac;
using HubertSharp.Runs;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// A file of 16-bit samples that is written piece by piece through libsndfile. The descriptor stays open and belongs to the caller.
/// </summary>
internal sealed class Pcm16Output : IDisposable
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
    /// <param name="format">See <see cref="Pcm16Writer.FormatOf"/>.</param>
    /// <param name="software">What the file names as the program that wrote it, or null.</param>
    /// <exception cref="UserException">libsndfile refuses it.</exception>
    public Pcm16Output(string path, SafeFileHandle file, int sampleRate, int format, string? software = null)
    {
        (_path, _file, _format) = (path, file, format);
        var info = new SndfileNative.Info { SampleRate = sampleRate, Channels = 1, Format = format };
        _handle = SndfileHandle.Open(file, SndfileNative.ModeWrite, ref info, out _, out var reason);
        if (_handle.IsInvalid)
            throw AudioFaults.CannotWrite(path, reason);
        if (software is not null && SndfileNative.SetText(_handle, SndfileNative.TextSoftware, software) != 0)
            throw AudioFaults.CannotWrite(path, _handle.Fault ?? "its description cannot be set");
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
