using HubertSharp.Runs.Arrays;

namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>
/// Codes as an array of whole numbers: [quantisers, frames], or [quantisers, 1, frames] as the released program gives a batch of one.
/// It does not say which quantisers its rows are, nor how long the recording was.
/// </summary>
/// <remarks>Memory: at most 16 bytes per byte of the file, and 1 MiB.</remarks>
internal static class NpyCodes
{
    public static TokenCodes Read(string path, TokenizerConfig config, QuantizerRange? wanted)
    {
        using var reader = NpyReader.Open(path);
        var shape = $"{reader.ElementType} [{string.Join(", ", reader.Shape)}]";
        if (reader.ElementType is NpyElementType.Boolean or >= NpyElementType.Float16 || reader.Shape is not ([> 0, > 0] or [> 0, 1, > 0]))
            throw TokenizerFaults.CodeShape(path, shape);
        var (rows, frames, first) = (reader.Shape[0], reader.Shape[^1], wanted?.First ?? 1);
        if (first - 1 + rows > config.Quantizers)
            throw TokenizerFaults.ManyRows(path, first, (int)Math.Min(int.MaxValue, first - 1 + rows), config.Quantizers);
        var range = new QuantizerRange(first, first - 1 + (int)rows);
        if (wanted is { } rowsNamed && rowsNamed.Last > range.Last)
            throw TokenizerFaults.NotInFile(path, rowsNamed, range);
        var values = reader.ReadIntegers();
        CodeValues.Check(path, values, range, frames, config.CodebookSize);
        var codes = new TokenCodes(range, config.CodebookSize, config.SampleRate, config.Hop, null, frames);
        codes.Set(0, (int)frames, values);
        return codes;
    }

    public static void Write(string path, TokenCodes codes) =>
        NpyIntegers.Write(path, codes.Get(0, checked((int)codes.Frames)), codes.Range.Count, codes.Frames);
}
