using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HubertSharp.Audio;

/// <summary>What ffmpeg wrote to its error stream.</summary>
/// <param name="Damage">The first line that tells of missing or broken data, or null. ffmpeg ends with code 0 after many of them.</param>
/// <param name="First">The first error, empty when there is none.</param>
/// <param name="Seconds">The length that the file tells, where it has nothing but this sound and the format counts its samples; else
/// null.</param>
internal sealed partial record FfmpegMessages(string? Damage, string First, double? Seconds)
{
    private const int LongestLine = 300;
    private static readonly string[] WordsOfDamage =
    [
        "prematurely", "partial file", "corrupt", "truncat", "too small", "invalid data", "exhausted",
    ];

    // What reads the file's structure tells every error in it; a decoder of pictures may complain for other reasons.
    private static readonly string[] Containers =
    [
        "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "ogg", "avi", "asf", "flv", "wv", "ape", "tta", "caf", "w64", "aiff", "nut",
        "mxf", "rm",
    ];

    [GeneratedRegex(@"^Duration: ([0-9:.]+), start: (-?[0-9.]+)")]
    private static partial Regex Duration();

    /// <summary>Reads to the end of the stream, however much there is, and keeps two lines.</summary>
    public static FfmpegMessages Read(TextReader messages)
    {
        var found = new Lines();
        var line = new StringBuilder();
        for (int next; (next = messages.Read()) >= 0;)
        {
            if (next is not ('\n' or '\r'))
            {
                if (line.Length < LongestLine)
                    line.Append((char)next);
                continue;
            }
            found.Take(line.ToString().Trim());
            line.Clear();
        }
        found.Take(line.ToString().Trim());
        return new FfmpegMessages(found.Damage, found.First, found.Seconds);
    }

    /// <summary>
    /// Lines as <c>-v level+info</c> writes them: "[mov,mp4 @ 0x55d0...] [error] text", without the first part where nobody in particular
    /// speaks.
    /// </summary>
    private sealed class Lines
    {
        private double? _seconds;
        private int _streams;
        private bool _counts, _output;

        public string? Damage { get; private set; }

        public string First { get; private set; } = "";

        public double? Seconds => _counts && _streams == 1 ? _seconds : null;

        public void Take(string text)
        {
            var (speaker, level) = ("", "");
            while (level is "" && Bracket(ref text) is { } part)
            {
                if (part.Split(" @ ") is [var name, _])
                    speaker = name.Split('/')[^1]; // "in#0/matroska,webm"
                else
                    level = part;
            }
            if (text.Length == 0 || text.StartsWith("To ignore this", StringComparison.Ordinal))
                return;
            if (level is "info")
            {
                TakeInfo(text.Trim());
                return;
            }
            var isError = level is "error" or "fatal";
            if (isError && First.Length == 0)
                First = text;
            if (Damage is null && (WordsOfDamage.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
                || (isError && Containers.Contains(speaker))))
                Damage = text;
        }

        private void TakeInfo(string text)
        {
            _output |= text.StartsWith("Output #", StringComparison.Ordinal) || text.StartsWith("Stream mapping", StringComparison.Ordinal);
            if (_output)
                return;
            if (text.StartsWith("Input #0, mov,", StringComparison.Ordinal))
                _counts = true;
            else if (text.StartsWith("Stream #0", StringComparison.Ordinal))
                _streams++;
            else if (Duration().Match(text) is { Success: true } match
                && TimeSpan.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var end))
                _seconds = end.TotalSeconds - Math.Max(0, double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        }

        private static string? Bracket(ref string text)
        {
            if (!text.StartsWith('[') || text.IndexOf("] ", StringComparison.Ordinal) is not (> 0 and var end))
                return null;
            var inside = text[1..end];
            text = text[(end + 2)..];
            return inside;
        }
    }
}
