using System.Security.Cryptography;
using System.Text;

namespace HubertSharp.Runs.Files;

/// <summary>What tells one state of a file from another; a copy with other times is the same file.</summary>
public static class FileFingerprint
{
    private const int BlockBytes = 256 << 10;
    private const int Blocks = 256;

    /// <summary>
    /// SHA-256 of size and content, or <c>absent</c>. Of a file above 64 MiB 256 blocks spread over it are read, first and last included.
    /// </summary>
    public static string Of(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return "absent";
        using var stream = RegularFile.OpenRead(path, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(stream.Length));
        var buffer = new byte[BlockBytes];
        if (stream.Length <= (long)Blocks * BlockBytes)
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
                hash.AppendData(buffer, 0, read);
        }
        else
        {
            for (var block = 0; block < Blocks; block++)
            {
                stream.Position = (long)((stream.Length - BlockBytes) * (block / (Blocks - 1.0)));
                hash.AppendData(buffer, 0, stream.ReadAtLeast(buffer, BlockBytes, throwOnEndOfStream: false));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of the whole content and nothing else, as <c>sha256sum</c> writes it.</summary>
    /// <exception cref="IOException">Not there, or it cannot be read.</exception>
    public static string WholeOf(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The fingerprint of many files (recordings) by name and size, and by time of change where asked; none is opened.</summary>
    public static string OfMany(IEnumerable<string> paths, bool withTimes)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths)
        {
            var file = new FileInfo(path);
            var state = !file.Exists ? "absent" : withTimes ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : $"{file.Length}";
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\t{state}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
