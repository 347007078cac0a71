using System.Buffers.Binary;
using HubertSharp.Audio.Flac;

namespace HubertSharp.Tests.Audio.Flac;

/// <summary>FLAC made by hand, for what no encoder at hand writes: frames of any size, numbered in any way.</summary>
internal static class FlacBytes
{
    /// <summary>One channel of 16 bits at 16 kHz; the header tells neither length nor MD5.</summary>
    /// <param name="samples">[S] stored as they are.</param>
    /// <param name="blocks">Samples of each frame.</param>
    /// <param name="isVariable">The strategy bit.</param>
    /// <param name="number">The number of a frame, from its index and its first sample.</param>
    public static byte[] Write(ReadOnlySpan<short> samples, IReadOnlyList<int> blocks, bool isVariable, Func<int, int, int> number)
    {
        List<byte> file = [.. "fLaC"u8, 0x80, 0, 0, 34, 0, 16, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0x03, 0xE8, 0x00, 0xF0, .. new byte[20]];
        for (var (frame, first) = (0, 0); frame < blocks.Count; first += blocks[frame++])
        {
            List<byte> bytes = [0xFF, (byte)(isVariable ? 0xF9 : 0xF8), 0x70, 0x08];
            AppendNumber(bytes, number(frame, first));
            bytes.Add((byte)((blocks[frame] - 1) >> 8));
            bytes.Add((byte)(blocks[frame] - 1));
            bytes.Add(FlacChecksum.OfHeader([.. bytes]));
            bytes.Add(0x02); // a subframe of bare samples
            foreach (var sample in samples.Slice(first, blocks[frame]))
            {
                bytes.Add((byte)(sample >> 8));
                bytes.Add((byte)sample);
            }
            var sum = FlacChecksum.Append(0, bytes.ToArray());
            file.AddRange(bytes);
            file.Add((byte)(sum >> 8));
            file.Add((byte)sum);
        }
        return [.. file];
    }

    /// <summary>Takes length and MD5 out of a header, as an encoder leaves them that writes into a pipe.</summary>
    public static byte[] WithoutTotals(byte[] file)
    {
        var bytes = (byte[])file.Clone();
        var info = bytes.AsSpan().IndexOf("fLaC"u8) + 8;
        bytes[info + 13] &= 0xF0;
        bytes.AsSpan(info + 14, 20).Clear();
        return bytes;
    }

    /// <summary>Where each frame begins, and the end.</summary>
    public static List<int> Frames(byte[] file)
    {
        var at = file.AsSpan().IndexOf("fLaC"u8) + 4;
        for (var isLast = false; !isLast; at += 4 + (int)(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)) & 0xFF_FFFF))
            isLast = (file[at] & 0x80) != 0;
        var frames = new List<int> { at };
        for (var next = at + 10; next < file.Length; next++)
        {
            if (FlacHeader.Parse(file.AsSpan(next)) is not null && FlacChecksum.Append(0, file.AsSpan(frames[^1]..next)) == 0)
                frames.Add(next);
        }
        return [.. frames, file.Length];
    }

    private static void AppendNumber(List<byte> bytes, int number)
    {
        if (number < 0x80)
            bytes.Add((byte)number);
        else if (number < 0x800)
            bytes.AddRange([(byte)(0xC0 | (number >> 6)), (byte)(0x80 | (number & 0x3F))]);
        else
            bytes.AddRange([(byte)(0xE0 | (number >> 12)), (byte)(0x80 | ((number >> 6) & 0x3F)), (byte)(0x80 | (number & 0x3F))]);
    }
}
