using System.IO.Compression;
using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>The English prompts of Debian's asterisk-core-sounds-en packages: G.722 at 16 kHz, with what is said in each.</summary>
internal static class AsteriskPrompts
{
    private const int SamplesPerByte = 2; // 64 kbit/s
    private const int ShortestSamples = 8000; // half a second
    private const int FilesPerProcess = 48;
    private const string Speaker = "allison";

    /// <summary>Prompts of half a second and longer, by name (<c>digits/40</c>), in ordinal order.</summary>
    public static string[] Find(string unpacked)
    {
        var folder = Folder(unpacked);
        if (!Directory.Exists(folder))
            throw CorpusFaults.PackageLacks(unpacked, "English prompts");
        return
        [
            .. Directory.EnumerateFiles(folder, "*.g722", SearchOption.AllDirectories)
                .Where(file => new FileInfo(file).Length * SamplesPerByte >= ShortestSamples)
                .Select(file => Path.GetRelativePath(folder, file)[..^".g722".Length])
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What is said in each prompt; names that are missing are silence or sounds.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Transcripts(string unpacked)
    {
        var path = Path.Combine(unpacked, "usr", "share", "doc", "asterisk-core-sounds-en", "core-sounds-en.txt.gz");
        if (!File.Exists(path))
            throw CorpusFaults.PackageLacks(unpacked, "transcripts of the English prompts");
        var transcripts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        using var reader = new StreamReader(new GZipStream(RegularFile.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (!line.StartsWith(';') && colon > 0)
                transcripts[line[..colon]] = SpokenEnglish.Words(line[(colon + 1)..]);
        }
        return transcripts;
    }

    /// <summary>Decodes prompts, many with each ffmpeg process, and writes them as FLAC; returns them in the order given.</summary>
    public static CorpusUtterance[] Write(
        string unpacked, string audioFolder, IReadOnlyList<string> prompts, Action<int> wrote, CancellationToken cancellation)
    {
        var said = Transcripts(unpacked);
        var utterances = new CorpusUtterance[prompts.Count];
        using var work = WorkFolder.In(audioFolder, "raw");
        var raw = work.FullName;
        Directory.CreateDirectory(Path.Combine(audioFolder, "en"));
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(prompts.Chunk(FilesPerProcess).Index(), options, chunk =>
        {
            Decode(Folder(unpacked), raw, chunk.Item, cancellation);
            foreach (var (i, prompt) in chunk.Item.Index())
            {
                var path = $"en/{FlatName(prompt)}.flac";
                var pcm = Decoded(Path.Combine(Folder(unpacked), prompt + ".g722"), RawFile(raw, prompt));
                work.Delete(RawFile(raw, prompt));
                CorpusAudio.Write(Path.Combine(audioFolder, path), pcm);
                utterances[(chunk.Index * FilesPerProcess) + i] =
                    new CorpusUtterance(path, pcm.Length, "en", Speaker, said.GetValueOrDefault(prompt, []), []);
            }
            wrote(chunk.Item.Length);
        });
        return utterances;
    }

    // ffmpeg ends well even when the disk is full: what it wrote is counted.
    private static short[] Decoded(string source, string raw)
    {
        var bytes = RegularFile.ReadAllBytes(raw, RegularFile.MostOfDescription);
        var expected = new FileInfo(source).Length * SamplesPerByte * sizeof(short);
        return bytes.Length == expected
            ? MemoryMarshal.Cast<byte, short>(bytes).ToArray()
            : throw CorpusFaults.NotAllDecoded(source, expected, bytes.Length);
    }

    private static void Decode(string folder, string raw, string[] prompts, CancellationToken cancellation)
    {
        List<string> arguments = ["-nostdin", "-v", "error", "-y", "-protocol_whitelist", "file"];
        foreach (var prompt in prompts)
            arguments.AddRange(["-f", "g722", "-i", $"file:{Path.Combine(folder, prompt)}.g722"]);
        foreach (var (i, prompt) in prompts.Index())
            arguments.AddRange(["-map", $"{i}:a:0", "-f", "s16le", $"file:{RawFile(raw, prompt)}"]);
        var result = ChildProcess.Run("ffmpeg", arguments, folder, cancellation) ?? throw CorpusFaults.ProgramMissing("ffmpeg", "ffmpeg");
        if (result.ExitCode != 0)
            throw CorpusFaults.DecodingFailed(folder, result.Reason);
    }

    private static string Folder(string unpacked) => Path.Combine(unpacked, "usr", "share", "asterisk", "sounds", "en_US_f_Allison");

    private static string FlatName(string prompt) => prompt.Replace("/", "__", StringComparison.Ordinal);

    private static string RawFile(string raw, string prompt) => Path.Combine(raw, $"{FlatName(prompt)}.s16");
}
