using System.Text;

namespace HubertSharp.Audio;

/// <summary>What ffmpeg wrote to its error stream.</summary>
/// <param name="Damage">The first line that tells of missing or broken data, or null. ffmpeg ends with code 0 after many of them.</param>
/// <param name="Last">The last line.</param>
internal sealed record FfmpegMessages(string? Damage, string Last)
{
    private const int LongestLine = 300;
    private static readonly string[] WordsOfDamage = ["prematurely", "partial file", "corrupt", "truncat", "too small", "invalid data", "exhausted"];

    /// <summary>Reads to the end of the stream, however much there is, and keeps two lines.</summary>
    public static FfmpegMessages Read(TextReader messages)
    {
        string? damage = null;
        var last = "";
        var line = new StringBuilder();
        for (int next; (next = messages.Read()) >= 0;)
        {
            if (next is not ('\n' or '\r'))
            {
                if (line.Length < LongestLine)
                    line.Append((char)next);
                continue;
            }
            Take(line, ref damage, ref last);
        }
        Take(line, ref damage, ref last);
        return new FfmpegMessages(damage, last);
    }

    private static void Take(StringBuilder line, ref string? damage, ref string last)
    {
        var text = line.ToString().Trim();
        line.Clear();
        if (text.Length == 0 || text.StartsWith("To ignore this", StringComparison.Ordinal))
            return;
        if (text.StartsWith('[') && text.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end)
            text = text[(end + 2)..]; // [mov,mp4 @ 0x55d0...]: an address that differs in every run
        last = text;
        if (damage is null && WordsOfDamage.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
            damage = text;
    }
}
