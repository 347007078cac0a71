using System.Globalization;
using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Evaluation.Abx;

/// <summary>
/// The item files of ZeroSpeech and libri-light: a header line, then per item <c>file onset offset phone previous next speaker</c>, parted
/// by blanks, times in seconds.
/// </summary>
/// <remarks>Memory: at most 128 bytes per byte of the file, and 1 MiB.</remarks>
internal static class ItemFile
{
    public const string Header = "#file onset offset #phone prev-phone next-phone speaker";

    private const int Columns = 7;
    private const double LongestSeconds = 1e6;

    /// <exception cref="UserException">Missing, no header, no item, or a line that is none.</exception>
    public static IReadOnlyList<AbxItem> Read(string path)
    {
        if (!File.Exists(path))
            throw EvaluationFaults.Missing(path);
        var items = new List<AbxItem>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal); // a few thousand texts stand on a million lines
        var number = 0;
        foreach (var line in RegularFile.ReadLines(path))
        {
            number++;
            if (number == 1)
            {
                if (!line.StartsWith('#'))
                    throw AbxFaults.Header(path, Header, line);
                continue;
            }
            var columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == 0)
                continue;
            if (columns.Length != Columns)
                throw AbxFaults.Columns(path, number, Header, columns.Length);
            if (!TrySeconds(columns[1], out var onset) || !TrySeconds(columns[2], out var offset) || offset <= onset)
                throw AbxFaults.Times(path, number, columns[1], columns[2]);
            items.Add(new AbxItem(Name(columns[0]), onset, offset, Name(columns[3]), Name(columns[4]), Name(columns[5]), Name(columns[6]),
                number));
        }
        return items.Count > 0 ? items : throw AbxFaults.NoItems(path, Header);

        string Name(string text) => names.TryGetValue(text, out var known) ? known : names[text] = text;
    }

    /// <summary>Writes items, whole or not at all, over an item file at most.</summary>
    /// <exception cref="UserException">A name with blanks in it, another kind of file there, or a full disk.</exception>
    public static void Write(string path, IEnumerable<AbxItem> items)
    {
        var place = OutputKind.Items.PlaceOf(path);
        var text = new StringBuilder(Header).Append('\n');
        foreach (var item in items)
        {
            foreach (var name in new[] { item.File, item.Phone, item.Previous, item.Next, item.Speaker })
            {
                if (name.Length == 0 || name.Any(char.IsWhiteSpace))
                    throw AbxFaults.Blank(name, item.File);
            }
            text.Append(CultureInfo.InvariantCulture, $"{item.File} {item.OnsetSeconds:0.0######} {item.OffsetSeconds:0.0######} ")
                .Append(CultureInfo.InvariantCulture, $"{item.Phone} {item.Previous} {item.Next} {item.Speaker}\n");
        }
        AtomicFile.WriteAllText(place, text.ToString());
    }

    private static bool TrySeconds(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && seconds is >= 0 and <= LongestSeconds;
}
