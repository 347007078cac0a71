namespace HubertSharp.Runs.Reports;

/// <summary>What a chart shows, whoever draws it: a page as SVG, the command line as PNG.</summary>
public sealed class ChartData
{
    private readonly List<ChartLine> _lines = [];
    private readonly List<(string Name, double Y)> _levels = [];

    /// <summary>Short name, for files: <c>loss</c>.</summary>
    public string Name { get; init; } = "chart";

    public required string XLabel { get; init; }

    /// <summary>What the y axis counts; the page writes it above the chart.</summary>
    public required string YLabel { get; init; }

    /// <summary>What the chart shows, for readers who do not see it.</summary>
    public required string Title { get; init; }

    /// <summary>The y axis begins at 0.</summary>
    public bool FromZero { get; init; }

    /// <summary>The y axis shows percentages.</summary>
    public bool Percent { get; init; }

    /// <summary>Curves with at least one finite point.</summary>
    public IReadOnlyList<ChartLine> Lines => _lines;

    /// <summary>Horizontal lines.</summary>
    public IReadOnlyList<(string Name, double Y)> Levels => _levels;

    /// <summary>A band between two curves, with its name; empty where there is none.</summary>
    public IReadOnlyList<(double X, double Low, double High)> Band { get; private set; } = [];

    public string BandName { get; private set; } = "";

    public ChartData Line(string name, IEnumerable<(double X, double Y)> points, bool dots = false)
    {
        var finite = points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToList();
        if (finite.Count > 0)
            _lines.Add(new ChartLine(name, finite, dots));
        return this;
    }

    public ChartData Level(string name, double? y)
    {
        if (y is { } value && double.IsFinite(value))
            _levels.Add((name, value));
        return this;
    }

    public ChartData Between(string name, IEnumerable<(double X, double Low, double High)> band)
    {
        (BandName, Band) = (name, [.. band.Where(b => double.IsFinite(b.Low) && double.IsFinite(b.High))]);
        return this;
    }
}

/// <summary>One curve.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">By ascending x.</param>
/// <param name="Dots">Single points, marked.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points, bool Dots);
