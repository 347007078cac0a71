using System.Globalization;
using System.Text;

namespace HubertSharp.Tests.Architecture;

/// <summary>
/// Draws who knows whom as an SVG: a box per folder, what it knows below it. An arrow that others imply is left out; a long one passes
/// between the boxes of the rows that it crosses.
/// </summary>
internal sealed class FolderPicture
{
    private const int Width = 196, Height = 46, Between = 26, Rows = 96, Lane = 16, Margin = 24, Sweeps = 24;

    private readonly IReadOnlyDictionary<string, string> _holds;
    private readonly ILookup<string, string> _next;
    private readonly Dictionary<string, int> _layer = new(StringComparer.Ordinal);
    private readonly List<(string From, string To)> _steps = []; // from one row to the next
    private readonly List<List<string>> _rows = [];
    private readonly Dictionary<string, double> _x = new(StringComparer.Ordinal);

    /// <param name="edges">Without circles.</param>
    /// <param name="holds">Each folder and what is in it, in a few words.</param>
    public FolderPicture(IEnumerable<(string From, string To)> edges, IReadOnlyDictionary<string, string> holds)
    {
        _holds = holds;
        var all = edges.Distinct().Order().ToLookup(e => e.From, e => e.To);
        _next = all.SelectMany(from => from.Where(to => !from.Any(other => other != to && Reaches(all, other, to)))
            .Select(to => (from.Key, To: to))).ToLookup(e => e.Key, e => e.To);
        foreach (var node in holds.Keys)
            Layer(node);
        Spread();
        Order();
        foreach (var row in _rows)
            Place(row);
    }

    /// <summary>Who is shown to know whom.</summary>
    public IEnumerable<(string From, string To)> Arrows => _next.SelectMany(from => from.Select(to => (from.Key, to)));

    public string Svg()
    {
        var width = _rows.Max(WidthOf) + (2 * Margin);
        var height = ((_rows.Count - 1) * Rows) + Height + (2 * Margin);
        var svg = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" "))
            .Append("font-family=\"system-ui, sans-serif\">\n<title>Which folder of the sources knows which</title>\n")
            .Append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" ")
            .Append("orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#5b6b7f\"/></marker></defs>\n")
            .Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        foreach (var (from, to) in Arrows)
            svg.Append(Arrow(from, to, width / 2.0)).Append('\n');
        foreach (var node in _holds.Keys.Order(StringComparer.Ordinal))
        {
            var (x, y) = (_x[node] + (width / 2.0), Y(node));
            var (fill, line) = node.Contains('.', StringComparison.Ordinal) ? ("#fdf3dc", "#b98a1f") : ("#e4eef9", "#3b6ea5");
            svg.Append(string.Create(CultureInfo.InvariantCulture,
                $"<rect x=\"{x - (Width / 2)}\" y=\"{y}\" width=\"{Width}\" height=\"{Height}\" rx=\"7\" fill=\"{fill}\" "
                + $"stroke=\"{line}\"/>"
                + $"<text x=\"{x}\" y=\"{y + 19}\" text-anchor=\"middle\" font-size=\"14\" font-weight=\"600\" "
                + $"fill=\"#16202c\">{node}</text>"
                + $"<text x=\"{x}\" y=\"{y + 36}\" text-anchor=\"middle\" font-size=\"11.5\" fill=\"#41505f\">{_holds[node]}</text>\n"));
        }
        return svg.Append("</svg>").ToString();
    }

    private static bool Reaches(ILookup<string, string> next, string from, string to) =>
        next[from].Any(n => n == to || Reaches(next, n, to));

    private int Layer(string node) => _layer.TryGetValue(node, out var known) ? known
        : _layer[node] = _next[node].Select(n => Layer(n) + 1).DefaultIfEmpty(0).Max();

    // a long arrow becomes steps from row to row
    private void Spread()
    {
        for (var i = 0; i <= _layer.Values.Max(); i++)
            _rows.Add([.. _holds.Keys.Where(n => _layer[n] == i).Order(StringComparer.Ordinal)]);
        foreach (var (from, to) in Arrows)
        {
            var last = from;
            for (var layer = _layer[from] - 1; layer > _layer[to]; layer--)
            {
                _rows[layer].Add(Lanes(from, to, layer));
                _steps.Add((last, last = Lanes(from, to, layer)));
            }
            _steps.Add((last, to));
        }
    }

    private static string Lanes(string from, string to, int layer) => $"{from}|{to}|{layer}";

    // boxes move to the middle of what they are joined to, up and down in turn, until few arrows cross
    private void Order()
    {
        var (down, up) = (_steps.ToLookup(s => s.From, s => s.To), _steps.ToLookup(s => s.To, s => s.From));
        var best = (Crossings: int.MaxValue, Rows: new List<List<string>>());
        foreach (var row in _rows)
            Place(row);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var joined = sweep % 2 == 0 ? up : down;
            foreach (var row in sweep % 2 == 0 ? Enumerable.Reverse(_rows) : _rows)
            {
                var middles = row.ToDictionary(n => n, n => joined[n].Any() ? joined[n].Average(m => _x[m]) : _x[n]);
                row.Sort((a, b) => middles[a] != middles[b] ? middles[a].CompareTo(middles[b]) : string.CompareOrdinal(a, b));
                Place(row);
            }
            if (Crossings() is var crossings && crossings < best.Crossings)
                best = (crossings, [.. _rows.Select(row => row.ToList())]);
        }
        for (var i = 0; i < _rows.Count; i++)
            _rows[i] = best.Rows[i];
    }

    private int Crossings() => _steps.Sum(a => _steps.Count(b =>
        _layer.GetValueOrDefault(a.To, -1) == _layer.GetValueOrDefault(b.To, -1) && (_x[a.From] - _x[b.From]) * (_x[a.To] - _x[b.To]) < 0));

    private void Place(List<string> row)
    {
        var x = -WidthOf(row) / 2.0;
        foreach (var node in row)
        {
            _x[node] = x + (WidthOf(node) / 2.0);
            x += WidthOf(node) + Between;
        }
    }

    private int WidthOf(List<string> row) => row.Sum(WidthOf) + (Between * (row.Count - 1));

    private int WidthOf(string node) => _holds.ContainsKey(node) ? Width : Lane;

    private int Y(string node) => Y(_layer[node]);

    private int Y(int layer) => Margin + ((_rows.Count - 1 - layer) * Rows);

    private string Arrow(string from, string to, double centre)
    {
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"<path d=\"M{_x[from] + centre} {Y(from) + Height}"));
        var (x, y) = (_x[from] + centre, (double)Y(from) + Height);
        void Curve(double endX, double endY)
        {
            var half = (endY - y) / 2;
            path.Append(string.Create(CultureInfo.InvariantCulture, $"C{x} {y + half} {endX} {endY - half} {endX} {endY}"));
            (x, y) = (endX, endY);
        }
        for (var layer = _layer[from] - 1; layer > _layer[to]; layer--)
        {
            Curve(_x[Lanes(from, to, layer)] + centre, Y(layer));
            path.Append(string.Create(CultureInfo.InvariantCulture, $"V{y = Y(layer) + Height}"));
        }
        Curve(_x[to] + centre, Y(to) - 1);
        return path.Append("\" fill=\"none\" stroke=\"#5b6b7f\" stroke-width=\"1.2\" marker-end=\"url(#tip)\"/>").ToString();
    }
}
