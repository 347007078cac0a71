using System.Globalization;
using System.Text;

namespace HubertSharp.Runs.Transcripts;

/// <summary>
/// Unicode's normal form NFKC: full-width letters and digits, ligatures and the like become plain ones, and marks that can be joined to
/// their letters are. The program runs without ICU, where .NET's own <c>string.Normalize</c> changes nothing.
/// </summary>
public static class CompatibilityForm
{
    private const int HangulBase = 0xac00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11a7; // The Unicode Standard, section 3.12
    private const int Leads = 19, Vowels = 21, Tails = 28;

    private static readonly Lazy<Tables> s_tables = new(Tables.Read);

    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
            return text;
        var tables = s_tables.Value;
        var parts = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half of a surrogate pair comes as U+FFFD
            Decompose(rune.Value, parts, tables);
        Order(parts, tables);
        return Composed(parts, tables);
    }

    private static void Decompose(int code, List<int> parts, Tables tables)
    {
        if (code is >= HangulBase and < HangulBase + (Leads * Vowels * Tails))
        {
            var index = code - HangulBase;
            parts.AddRange([LeadBase + (index / (Vowels * Tails)), VowelBase + (index / Tails % Vowels)]);
            if (index % Tails > 0)
                parts.Add(TailBase + (index % Tails));
        }
        else if (tables.Decompositions.TryGetValue(code, out var decomposed))
        {
            parts.AddRange(decomposed);
        }
        else
        {
            parts.Add(code);
        }
    }

    // marks of one letter, by their classes; those of one class as they come
    private static void Order(List<int> parts, Tables tables)
    {
        for (var i = 1; i < parts.Count; i++)
        {
            var (part, kind) = (parts[i], tables.Class(parts[i]));
            var j = i;
            for (; kind > 0 && j > 0 && tables.Class(parts[j - 1]) > kind; j--)
                parts[j] = parts[j - 1];
            parts[j] = part;
        }
    }

    private static string Composed(List<int> parts, Tables tables)
    {
        var (kept, starter, last) = (0, -1, 0);
        for (var i = 0; i < parts.Count; i++)
        {
            var kind = tables.Class(parts[i]);
            if (starter >= 0 && (last == 0 ? kept == starter + 1 : last < kind) && Pair(parts[starter], parts[i], tables) is { } whole)
            {
                parts[starter] = whole;
                continue;
            }
            if (kind == 0)
                starter = kept;
            last = kind;
            parts[kept++] = parts[i];
        }
        var text = new StringBuilder(kept);
        foreach (var code in parts.Take(kept))
            text.Append(new Rune(code).ToString());
        return text.ToString();
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
            return HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
        if (first is >= HangulBase and < HangulBase + (Leads * Vowels * Tails) && (first - HangulBase) % Tails == 0
            && second is > TailBase and < TailBase + Tails)
            return first + second - TailBase;
        return tables.Compositions.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private sealed record Tables(
        Dictionary<int, int[]> Decompositions, Dictionary<int, int> Classes, Dictionary<(int First, int Second), int> Compositions)
    {
        public int Class(int code) => Classes.GetValueOrDefault(code);

        /// <summary>Lines of <c>normal-forms.txt</c>: d first last characters, c first last class, p first second whole.</summary>
        public static Tables Read()
        {
            var tables = new Tables([], [], []);
            using var reader =
                new StreamReader(typeof(CompatibilityForm).Assembly.GetManifestResourceStream("transcripts/normal-forms.txt")!);
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#'))
                    continue;
                var numbers = line[2..]
                    .Split(' ').Select(n => int.Parse(n, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
                for (var code = numbers[0]; line[0] != 'p' && code <= numbers[1]; code++)
                {
                    if (line[0] == 'c')
                        tables.Classes.Add(code, numbers[2]);
                    else
                        tables.Decompositions.Add(code, [numbers[2] + code - numbers[0], .. numbers[3..]]);
                }
                if (line[0] == 'p')
                    tables.Compositions.Add((numbers[0], numbers[1]), numbers[2]);
            }
            return tables;
        }
    }
}
