using System.Text;
using System.Text.RegularExpressions;
using HubertSharp.Tests.Interop;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>Damages a file as disks, editors, other programs and people do. Text is damaged as text: a number, a column, a line.</summary>
internal static partial class InputDamage
{
    private static readonly string[] s_numbers =
    [
        "0", "-1", "1", "2", "7", "0.5", "-0", "1e308", "1e400", "1e-308", "-1e9", "NaN", "Infinity", "-inf", "99999999999999999999",
        "2147483648", "-2147483649", "9223372036854775807", "65536",
        "", "00", "0x10", "1_000", "１２", "1,5", "null", "[]", "\"3\"",
    ];

    private static readonly string[] s_strings =
    [
        "\0", "\uFEFF", "\uFFFF", "\U0001F600", "\u202E", "\u001b[2J", "\"", "'", "{", "}", "[", "]", "&a [*a]", ": ", "#", "- ",
        "%YAML 1.2\n---\n", "!!python/object:os.system", "\t", "\r", "\\", "../..", "/dev/null", "%s", "${oc.env:HOME}", "${a}",
        ",", "|", " ",
    ];

    private static readonly string[] s_values = ["null", "true", "[]", "{}", "\"\"", "''", "[1, 2]", "{a: 1}", "???", "~", "a", "1"];

    /// <summary>Changes the file, or what is in its place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="random">Decides everything.</param>
    /// <param name="other">The bytes of another file.</param>
    /// <returns>What was done, for the message.</returns>
    public static string Apply(string path, Random random, Func<byte[]> other)
    {
        var bytes = File.ReadAllBytes(path);
        var isText = Array.IndexOf(bytes, (byte)0, 0, Math.Min(bytes.Length, 4096)) < 0
            && Encoding.UTF8.GetString(bytes) is var all
            && !all.Contains('\uFFFD', StringComparison.Ordinal);
        switch (random.Next(12))
        {
            case 0:
                return InItsPlace(path, random, other);
            case 1 or 2 or 3 when isText:
            case > 3 when !isText && random.Next(3) > 0:
                File.WriteAllBytes(path, Mutation.Apply(bytes, random, other));
                return "bytes changed";
            case > 3 when isText:
                var (changes, text) = (random.Next(1, 4), Encoding.UTF8.GetString(bytes));
                var done = new List<string>();
                for (; changes > 0; changes--)
                    done.Add(Text(ref text, random));
                File.WriteAllBytes(path, Encode(text, random, done));
                return string.Join(", ", done);
            default:
                return Blocks(path, bytes, random, other);
        }
    }

    private static string InItsPlace(string path, Random random, Func<byte[]> other)
    {
        switch (random.Next(9))
        {
            case 0:
                File.WriteAllBytes(path, []);
                return "empty";
            case 1:
                File.WriteAllBytes(path, other());
                return "another file";
            case 2:
                File.Delete(path);
                return "missing";
            default:
                var kind = InTheWay.Kinds[random.Next(InTheWay.Kinds.Count)];
                InTheWay.Put(path, kind);
                return $"a file that is none: {kind}";
        }
    }

    private static string Blocks(string path, byte[] bytes, Random random, Func<byte[]> other)
    {
        var (from, size) = (random.Next(bytes.Length + 1), random.Next(bytes.Length + 1));
        var to = Math.Min(bytes.Length, from + size);
        var (changed, done) = random.Next(8) switch
        {
            0 => ((byte[])[.. bytes[..from], .. new byte[to - from], .. bytes[to..]], "a block of zeros"),
            1 => ([.. bytes[..from], .. bytes[to..]], "a block cut out"),
            2 => ([.. bytes[(bytes.Length / 2)..], .. bytes[..(bytes.Length / 2)]], "halves swapped"),
            3 => ([.. bytes, .. bytes], "doubled"),
            4 => (bytes[..from], "cut off"),
            5 => ([.. bytes[..from], .. other()], "goes on as another file"),
            6 => (Noise(bytes.Length, random), "noise"),
            _ => ([.. Noise(64, random), .. bytes], "noise before it"),
        };
        File.WriteAllBytes(path, changed);
        return done;
    }

    private static byte[] Noise(int count, Random random)
    {
        var noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }

    private static string Text(ref string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        string done;
        switch (random.Next(16))
        {
            case 0 or 1 or 2 or 3:
                (text, done) = Replace(text, Number(), s_numbers[random.Next(s_numbers.Length)], random);
                return done;
            case 4:
                (text, done) = Replace(text, Value(), s_values[random.Next(s_values.Length)], random);
                return done;
            case 5:
                (text, done) = Replace(text, Word(), random.Next(2) == 0 ? "" : "zzz", random);
                return done;
            case 6:
                (text, done) = Replace(text, Column(), "", random);
                return done;
            case 7:
                lines.Insert(at, lines[at]);
                done = $"line {at + 1} twice";
                break;
            case 8:
                lines.RemoveAt(at);
                done = $"without line {at + 1}";
                break;
            case 9:
                lines[at] = lines[at][..random.Next(lines[at].Length + 1)];
                done = $"line {at + 1} cut off";
                break;
            case 10:
                lines.Insert(at, "");
                done = $"a blank line {at + 1}";
                break;
            case 11:
                var other = random.Next(lines.Count);
                (lines[at], lines[other]) = (lines[other], lines[at]);
                done = $"lines {at + 1} and {other + 1} swapped";
                break;
            case 12:
                var opening = ((string[])["[", "{\"a\":", "- ", "(", "{a: ", "!"])[random.Next(6)];
                lines[at] = lines[at][..random.Next(lines[at].Length + 1)] + string.Concat(Enumerable.Repeat(opening, 20_000));
                done = $"20000 times {opening} in line {at + 1}";
                break;
            case 13:
                lines[at] += new string(random.Next(2) == 0 ? '9' : 'x', 300_000);
                done = $"300000 more characters in line {at + 1}";
                break;
            case 14 when text.Length < 100_000:
                lines.InsertRange(at, Enumerable.Repeat(lines[at], 100));
                done = $"line {at + 1} a hundred times";
                break;
            default:
                var odd = s_strings[random.Next(s_strings.Length)];
                var place = random.Next(lines[at].Length + 1);
                lines[at] = lines[at].Insert(place, odd);
                done = $"'{odd}' in line {at + 1}";
                break;
        }
        text = string.Join('\n', lines);
        return done;
    }

    private static (string Text, string Done) Replace(string text, Regex pattern, string by, Random random)
    {
        var matches = pattern.Matches(text);
        if (matches.Count == 0)
            return (text + by, $"'{by}' at the end");
        var match = matches[random.Next(matches.Count)];
        var number = by == "7" && double.TryParse(match.Value, out var value) ? $"{value * 10}" : by;
        return (text[..match.Index] + number + text[(match.Index + match.Length)..], $"'{match.Value}' at {match.Index} now '{number}'");
    }

    private static byte[] Encode(string text, Random random, List<string> done)
    {
        switch (random.Next(16))
        {
            case 0:
                done.Add("a byte-order mark");
                return [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)];
            case 1:
                done.Add("CRLF");
                return Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal));
            case 2:
                done.Add("UTF-16");
                return [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)];
            case 3:
                done.Add("no UTF-8");
                var bytes = Encoding.UTF8.GetBytes(text);
                var at = random.Next(bytes.Length + 1);
                return [.. bytes[..at], 0xC0, 0xAF, 0xED, 0xA0, 0x80, 0xFF, .. bytes[at..]];
            default:
                return Encoding.UTF8.GetBytes(text);
        }
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][-+]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?<=[:=]\s?)[^\s,:={}\[\]][^\n,}]*")]
    private static partial Regex Value();

    [GeneratedRegex(@"[A-Za-z_]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"[^\s,]+[\t ,]")]
    private static partial Regex Column();
}
