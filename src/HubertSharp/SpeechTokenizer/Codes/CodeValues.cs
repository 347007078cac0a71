namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>Sees that codes of a file are ones that the quantisers have.</summary>
internal static class CodeValues
{
    /// <param name="path">The file, for messages.</param>
    /// <param name="values">Row by row.</param>
    /// <param name="range">Quantisers that the rows are of.</param>
    /// <param name="frames">Of each.</param>
    /// <param name="size">Of the codebooks.</param>
    /// <exception cref="Runs.UserException">One is out of range.</exception>
    public static void Check(string path, ReadOnlySpan<long> values, QuantizerRange range, long frames, int size)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if ((ulong)values[i] >= (ulong)size)
                throw TokenizerFaults.Code(path, range.First + (int)(i / frames), i % frames, values[i], size);
        }
    }
}
