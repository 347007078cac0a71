using System.Runtime.InteropServices;
using HubertSharp.Audio;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>Decodes prompts without headers, many with each ffmpeg process.</summary>
internal sealed class RawPrompts(RawCodec codec, WorkFolder work)
{
    /// <summary>Decodes files to 16 kHz, in the order given.</summary>
    public IEnumerable<short[]> Decode(string folder, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var raw = files.Select(_ => work.At($"{Guid.NewGuid():N}.s16")).ToArray();
        List<string> arguments = ["-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file"];
        foreach (var file in files)
            arguments.AddRange(["-f", codec.Name, "-i", $"file:{file}"]);
        foreach (var (i, file) in raw.Index())
            arguments.AddRange(["-map", $"{i}:a:0", "-f", "s16le", $"file:{file}"]);
        var result = ChildProcess.Run("ffmpeg", arguments, folder, cancellation) ?? throw CorpusFaults.ProgramMissing("ffmpeg", "ffmpeg");
        if (result.ExitCode != 0)
            throw CorpusFaults.DecodingFailed(folder, result.Reason);
        foreach (var (i, file) in files.Index())
        {
            var pcm = Decoded(file, raw[i]);
            work.Delete(raw[i]);
            yield return codec.Rate == AudioFile.SampleRate
                ? pcm
                : Pcm16Writer.Round(Resampler.To16k(Array.ConvertAll(pcm, s => s / 32768f), codec.Rate));
        }
    }

    // ffmpeg ends well even when the disk is full: what it wrote is counted.
    private short[] Decoded(string source, string raw)
    {
        var bytes = RegularFile.ReadAllBytes(raw, RegularFile.MostOfDescription);
        var expected = codec.Samples(new FileInfo(source).Length) * sizeof(short);
        return bytes.Length == expected
            ? MemoryMarshal.Cast<byte, short>(bytes).ToArray()
            : throw CorpusFaults.NotAllDecoded(source, expected, bytes.Length);
    }
}
