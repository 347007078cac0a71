using System.Text;

namespace HubertSharp.Runs.Languages;

/// <summary>Characters that are written without spaces around them.</summary>
public static class Ideographs
{
    /// <summary>A character of CJK's unified or compatibility ideographs.</summary>
    public static bool Has(Rune rune) => rune.Value is (>= 0x3400 and <= 0x4dbf) or (>= 0x4e00 and <= 0x9fff)
        or (>= 0xf900 and <= 0xfaff) or (>= 0x20000 and <= 0x3134f);
}
