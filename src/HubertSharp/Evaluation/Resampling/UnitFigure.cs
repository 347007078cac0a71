namespace HubertSharp.Evaluation.Resampling;

/// <summary>A figure that can be computed anew where each unit is there as often as it was drawn.</summary>
internal abstract record UnitFigure
{
    /// <summary>The names of its units.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>The figure where each unit is there once.</summary>
    public abstract double Value { get; }

    /// <summary>Computes the figure from how often each unit is there; not a number where nothing of it is.</summary>
    /// <param name="units">The units that are counted, in ordinal order: all of the figure's own, and maybe others.</param>
    public abstract Func<int[], double> Over(string[] units);
}
