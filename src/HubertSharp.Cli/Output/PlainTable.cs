using HubertSharp.Runs;

namespace HubertSharp.Cli.Output;

/// <summary>A table of plain text that stays whole in a pipe or a log: first column to the left, the others to the right.</summary>
internal static class PlainTable
{
    public static void Write(TextWriter output, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        Write(output, rows.Prepend(header));

    /// <summary>The same without a header.</summary>
    public static void Write(TextWriter output, IEnumerable<IReadOnlyList<string>> rows)
    {
        var lines = rows.Select(cells => cells.Select(PrintableText.Line).ToArray()).ToArray();
        var columns = lines.FirstOrDefault()?.Length ?? 0;
        var widths = Enumerable.Range(0, columns).Select(column => lines.Max(line => Width(line[column]))).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ",
                line.Select((cell, column) => column == 0 ? cell + Space(cell, widths[0]) : Space(cell, widths[column]) + cell)));
    }

    private static string Space(string cell, int width) => new(' ', width - Width(cell));

    // Chinese characters take two columns of a terminal
    internal static int Width(string text) => text.Sum(c => c is >= '\u2e80' and <= '\uffdc' ? 2 : 1);
}
