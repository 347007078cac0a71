using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using HubertSharp.Runs.Manifests;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>
/// Decodes with the <c>ffmpeg</c> program what libsndfile does not know: G.722, M4A, the sound of a video. The samples come
/// through a pipe as Sun audio (float32, big-endian), whose header tells rate and channels.
/// </summary>
/// <remarks>
/// The program gets its arguments as a list (no shell), may open local files only, and only through demuxers that read one file:
/// a playlist cannot make it fetch or open anything else. A silent program is killed after a while.
/// </remarks>
internal sealed class FfmpegDecoder : AudioDecoder
{
    private const string Demuxers =
        "g722,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,mp3,ogg,flac,wav,w64,aiff,au,caf,avi,asf,flv,mpeg,mpegts,amr,amrnb,amrwb,"
        + "ac3,eac3,dts,ape,wv,tta,tak,opus,gsm,sbc,aptx,adts,loas,voc,xwma,oma,rm,nut,mxf,truehd,mlp,g729,spx,nistsphere,shn,"
        + "qcp,mpc,mpc8,dsf,iff,ircam,pvf,sox,ast,act,ilbc,avr,wtv,aea";
    private const int StuckSeconds = 60;
    private const int HeaderBytes = 24;
    private const double RoundedSeconds = 0.02; // ffmpeg tells lengths in hundredths
    private const int LongestFrame = 2048; // which encoders may add in front

    private readonly string _path;
    private readonly string _input;
    private readonly SafeFileHandle _file;
    private readonly Process _process;
    private readonly Stream _output;
    private readonly Task<FfmpegMessages> _messages;
    private readonly Timer _stuck;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _onCancel;
    private volatile bool _timedOut;
    private bool _ended;
    private long _decoded;

    /// <param name="path">The audio or video file.</param>
    /// <param name="format">ffmpeg's name of the format for files without a header, or null to let it look.</param>
    /// <param name="file">The file, open; taken over. A recording within a zip is a file of its own here, which has no other name.</param>
    /// <param name="cancellation">Kills the program.</param>
    public FfmpegDecoder(string path, string? format, SafeFileHandle file, CancellationToken cancellation)
    {
        _path = path;
        _file = file;
        _input = ArchiveSlice.Of(path) is null
            ? Path.GetFullPath(path)
            : $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}";
        _cancellation = cancellation;
        cancellation.ThrowIfCancellationRequested();
        _process = Start(path, _input, format);
        _output = _process.StandardOutput.BaseStream;
        _messages = Task.Run(() => FfmpegMessages.Read(_process.StandardError), CancellationToken.None);
        _stuck = new Timer(_ => { _timedOut = true; Kill(); });
        _onCancel = cancellation.Register(Kill);
        try
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            if (Fill(header) < HeaderBytes || !header.StartsWith(".snd"u8))
                throw AudioFaults.NotAudio(path, Reason());
            SampleRate = BinaryPrimitives.ReadInt32BigEndian(header[16..]);
            Channels = BinaryPrimitives.ReadInt32BigEndian(header[20..]);
            CheckShape(path, SampleRate, Channels);
            var annotation = new byte[Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(header[4..]) - HeaderBytes, 0, 1 << 16)];
            Fill(annotation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override long SeekNear(long frame) => 0;

    public override int ReadFrames(Span<float> interleaved)
    {
        var whole = interleaved[..(interleaved.Length / Channels * Channels)];
        var bytes = MemoryMarshal.AsBytes(whole);
        var got = Fill(bytes) / (sizeof(float) * Channels);
        _decoded += got;
        var words = MemoryMarshal.Cast<float, uint>(whole[..(got * Channels)]);
        BinaryPrimitives.ReverseEndianness(words, words);
        if (got * Channels < whole.Length)
            CheckEnd();
        return got;
    }

    /// <summary>A container is read on behind a hole: the part may come from another place of the recording.</summary>
    public override void CheckPart()
    {
        Kill();
        if (_messages.Result.Damage is { } damage)
            throw AudioFaults.Damaged(_path, damage);
    }

    public override void Dispose()
    {
        _onCancel.Dispose();
        _stuck.Dispose();
        Kill();
        _process.WaitForExit();
        _messages.Wait();
        _process.Dispose();
        _file.Dispose();
    }

    private static Process Start(string path, string source, string? format)
    {
        var start = new ProcessStartInfo("ffmpeg")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] input =
        [
            "-nostdin", "-hide_banner", "-nostats", "-v", "level+info", "-xerror", "-err_detect", "crccheck", "-protocol_whitelist", "file",
            "-format_whitelist", Demuxers,
        ];
        string[] forced = format is null ? [] : ["-f", format];
        string[] output =
        [
            "-i", "file:" + source, "-map", "0:a:0", "-threads", "1", "-c:a", "pcm_f32be", "-f", "au", "pipe:1",
        ];
        foreach (var argument in (string[])[.. input, .. forced, .. output])
            start.ArgumentList.Add(argument);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception)
        {
            throw AudioFaults.FfmpegMissing(path);
        }
    }

    private int Fill(Span<byte> bytes)
    {
        var filled = 0;
        while (filled < bytes.Length)
        {
            _stuck.Change(TimeSpan.FromSeconds(StuckSeconds), Timeout.InfiniteTimeSpan);
            var got = _output.Read(bytes[filled..]);
            if (got == 0)
                break;
            filled += got;
        }
        _stuck.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _cancellation.ThrowIfCancellationRequested();
        return _timedOut ? throw AudioFaults.FfmpegStuck(_path, StuckSeconds) : filled;
    }

    private void CheckEnd()
    {
        if (_ended)
            return;
        _ended = true;
        var reason = Reason();
        if (_process.ExitCode != 0 || _messages.Result.Damage is not null)
            throw AudioFaults.Damaged(_path, reason);
        // An Opus packet of zeros decodes without fault to a shorter one.
        var seconds = _decoded / (double)SampleRate;
        if (_messages.Result.Seconds is { } promised && seconds < promised - RoundedSeconds - ((double)LongestFrame / SampleRate))
            throw AudioFaults.CutShort(_path, string.Create(CultureInfo.InvariantCulture, $"{promised:0.00} s"),
                string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"));
    }

    // Called when the output has ended: why, in the program's words.
    private string Reason()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(StuckSeconds)))
            throw AudioFaults.FfmpegStuck(_path, StuckSeconds);
        _process.WaitForExit();
        var reason = _messages.Result.Damage ?? _messages.Result.First;
        return reason.Length > 0
            ? reason.Replace($"file:{_input}: ", "", StringComparison.Ordinal)
            : $"ffmpeg ended with code {_process.ExitCode}";
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: false);
        }
        catch (InvalidOperationException)
        {
            // it has ended by itself
        }
    }
}
