namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>The loss scale of half precision over a log.</summary>
internal struct LossScaleHistory
{
    /// <summary>Null where the log says none.</summary>
    public double? First { get; private set; }

    public double Last { get; private set; }

    public double Lowest { get; private set; }

    /// <summary>Lines with a lower scale than the line before.</summary>
    public long Falls { get; private set; }

    /// <summary>Lines with a higher one.</summary>
    public long Rises { get; private set; }

    internal void Add(double scale)
    {
        if (!double.IsFinite(scale))
            return;
        if (First is null)
            (First, Last, Lowest) = (scale, scale, scale);
        Falls += scale < Last ? 1 : 0;
        Rises += scale > Last ? 1 : 0;
        Last = scale;
        Lowest = Math.Min(Lowest, scale);
    }
}
