namespace HubertSharp.Corpora.Formats;

/// <summary>
/// AISHELL-1 and -2: <c>wav/{train,dev,test}/SPEAKER/ID.wav</c> and files of transcripts with a line <c>ID words</c> each:
/// <c>transcript/aishell_transcript_v0.8.txt</c>, or AISHELL-2's <c>trans.txt</c> beside every <c>wav</c>.
/// </summary>
/// <remarks>Memory: at most 60 bytes per byte of the file, and 1 MiB.</remarks>
internal static class AishellFormat
{
    private const int DeepestSearch = 4;

    /// <summary>The files of transcripts; none where the folder is another layout.</summary>
    public static IReadOnlyList<string> FindTranscripts(string root)
    {
        foreach (var folder in (string[])[Path.Combine(root, "transcript"), Path.Combine(root, "data_aishell", "transcript")])
        {
            if (Directory.Exists(folder)
                && Directory.GetFiles(folder, "aishell_transcript*.txt").Order(StringComparer.Ordinal).LastOrDefault() is { } first)
                return [first];
        }
        return
        [
            .. Directory.EnumerateFiles(root, "trans.txt",
                    new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestSearch, IgnoreInaccessible = true })
                .Where(file => Directory.Exists(Path.Combine(Path.GetDirectoryName(file)!, "wav"))).Order(StringComparer.Ordinal),
        ];
    }

    public static SpeechListing List(string root, CancellationToken cancellation)
    {
        var transcripts = FindTranscripts(root);
        if (transcripts.Count == 0)
            throw CorpusFaults.MissingTranscripts("AISHELL", Path.Combine(root, "transcript", "aishell_transcript_v0.8.txt"));
        var words = new KeyedTexts();
        foreach (var path in transcripts)
            KeyedLines.Add(words, path);
        var files = SpeechFiles.Of(SpeechFolder.Walk(root, name => SpeechFolder.HasEnding(name, ["wav", "flac"]), cancellation)
            .Select(path => new SpeechFile(path, words.Ask(Path.GetFileNameWithoutExtension(path)), Split(path), "zh",
                SpeechFile.Folder(path, above: 1))));
        if (files.Count == 0 && SpeechFolder.Find(root, name => name.EndsWith(".tar.gz", StringComparison.Ordinal), cancellation)
            is [var packed, ..])
            throw LayoutFaults.StillPacked(Path.Combine(root, packed));
        return new SpeechListing(root, files) { Notes = LayoutFaults.Unheard(words), Sexes = Sexes(root) };
    }

    private static string? Split(string path)
    {
        var parts = path.Split('/');
        return parts.Contains("train") ? "train" : parts.Contains("dev") ? "valid" : parts.Contains("test") ? "test" : null;
    }

    // "S0002 F"; the names of the folders have the S
    private static Dictionary<string, string> Sexes(string root)
    {
        var sexes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var list in new[] { "speaker.info", "resource_aishell/speaker.info", "../resource_aishell/speaker.info" }
            .Select(name => Path.GetFullPath(name, root)).Where(File.Exists).Take(1))
        {
            foreach (var line in KeyedLines.Of(list))
                sexes[line.Key.StartsWith('S') ? line.Key : "S" + line.Key] = line.Rest.Split([' ', '\t'])[0];
        }
        return sexes;
    }
}
