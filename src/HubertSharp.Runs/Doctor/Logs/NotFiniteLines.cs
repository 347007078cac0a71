namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Lines whose loss is no finite number.</summary>
internal struct NotFiniteLines
{
    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>All lines with a loss.</summary>
    public long Lines { get; private set; }

    /// <summary>Update of the first one.</summary>
    public long First { get; private set; }

    /// <summary>Update of the last one.</summary>
    public long Last { get; private set; }

    /// <summary>Finite lines since the last one.</summary>
    public long FiniteSince { get; private set; }

    internal void Add(long update, double loss)
    {
        Lines++;
        if (double.IsFinite(loss))
        {
            FiniteSince++;
            return;
        }
        First = Count == 0 ? update : First;
        Last = update;
        Count++;
        FiniteSince = 0;
    }

    internal void Restart(long update)
    {
        if (Count > 0 && First >= update)
            Count = 0;
    }
}
