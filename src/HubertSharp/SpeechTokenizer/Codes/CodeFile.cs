using HubertSharp.Runs.Files;

namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>Files of codes in their three forms, told apart by their endings.</summary>
internal static class CodeFile
{
    private static readonly (CodeFormat Format, string Ending, OutputKind Kind)[] s_formats =
    [
        (CodeFormat.Npy, ".npy", OutputKind.Array), (CodeFormat.Json, ".json", OutputKind.JsonCodes),
        (CodeFormat.Packed, PackedCodes.Ending, OutputKind.PackedCodes),
    ];

    public static string Ending(CodeFormat format) => s_formats.Single(known => known.Format == format).Ending;

    /// <summary>What may be replaced by such a file.</summary>
    public static OutputKind Kind(CodeFormat format) => s_formats.Single(known => known.Format == format).Kind;

    /// <summary>The files themselves, and those of folders, in the order of their names.</summary>
    /// <exception cref="Runs.UserException">A folder without one.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                files.Add(path);
                continue;
            }
            var before = files.Count;
            files.AddRange(Directory.EnumerateFiles(path).Where(file => FormatOf(file) is not null).Order(StringComparer.Ordinal));
            if (files.Count == before)
                throw TokenizerFaults.NoCodes(path);
        }
        return files;
    }

    /// <summary>Reads the codes of one recording.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Of the tokenizer that is to decode them.</param>
    /// <param name="quantizers">FIRST-LAST of the command line: of an array which its rows are, of the others which to take.</param>
    /// <exception cref="Runs.UserException">Damaged, or no codes of this tokenizer.</exception>
    public static TokenCodes Read(string path, TokenizerConfig config, string? quantizers = null)
    {
        if (FormatOf(path) is not { } format)
            throw TokenizerFaults.CodeFile(path, $"a name that ends in '{Path.GetExtension(path)}'");
        var wanted = quantizers is null ? (QuantizerRange?)null : QuantizerRange.Parse(quantizers, config.Quantizers);
        var codes = format switch
        {
            CodeFormat.Npy => NpyCodes.Read(path, config, wanted),
            CodeFormat.Json => JsonCodes.Read(path),
            _ => PackedCodes.Read(path),
        };
        codes.Check(path, config);
        if (wanted is not { } part || part == codes.Range)
            return codes;
        return codes.Range.Contains(part) ? codes.Part(part) : throw TokenizerFaults.NotInFile(path, part, codes.Range);
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="Runs.UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, TokenCodes codes, CodeFormat format)
    {
        switch (format)
        {
            case CodeFormat.Npy:
                NpyCodes.Write(path, codes);
                break;
            case CodeFormat.Json:
                JsonCodes.Write(path, codes);
                break;
            default:
                PackedCodes.Write(path, codes);
                break;
        }
    }

    private static CodeFormat? FormatOf(string path) =>
        s_formats.FirstOrDefault(known => path.EndsWith(known.Ending, StringComparison.OrdinalIgnoreCase)) is { Ending: not null } found
            ? found.Format : null;
}
