using System.Globalization;
using System.Text;

namespace HubertSharp.Runs.Transcripts;

/// <summary>Characters of texts that nobody sees: byte order marks, soft hyphens, marks of direction, the space without width.</summary>
public static class InvisibleCharacters
{
    private const int ZeroWidthSpace = 0x200B, NonJoiner = 0x200C, Joiner = 0x200D;

    /// <summary>
    /// What counts in the place of such a character: nothing, or a blank for the space without width; null for all others. The joiners,
    /// which Persian and Indic scripts spell with, are others.
    /// </summary>
    public static string? Instead(Rune rune) =>
        Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format || rune.Value is NonJoiner or Joiner ? null
        : rune.Value == ZeroWidthSpace ? " "
        : "";
}
