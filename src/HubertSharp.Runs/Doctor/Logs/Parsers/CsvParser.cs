namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>Tables of losses, which a log is from its first lines on or not at all.</summary>
internal sealed class CsvParser(LogHints hints) : ILogParser
{
    private static readonly LogFormat s_table = new("csv")
    {
        Title = ("a table of losses", "损失表格"),
        Unit = "unknown",
        MayLogShares = true,
    };

    /// <summary>A title, notes and blank lines may stand above a table.</summary>
    private const int MostLinesAbove = 10;
    private CsvLog? _table;
    private byte[] _above = []; // the line before
    private int _lines;
    private bool _isPlain = true; // nothing but notes so far

    public LogFormat Format => _table is { IsLightning: true } ? LightningTextParser.Lightning : s_table;

    public UserException? Fault(string path) => _table is not { Unnamed.Count: > 0 } table ? null
        : table.HasNoSteps ? DoctorFaults.NoStepColumn(path, table.Unnamed)
        : DoctorFaults.NoLossColumn(path, table.Unnamed);

    public int Broken => _table?.Broken ?? 0;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line)
    {
        if (_table is null or { Unnamed.Count: > 0 } && _lines < MostLinesAbove && line.Trim(" \t"u8).Length > 0)
            Begin(line);
        if (_table is null or { Unnamed.Count: > 0 })
            return null;
        if (_table.CountsEpochs)
            hints.Assume(LogHints.AssumedEpoch, "epoch");
        return _table.Parse(line);
    }

    private void Begin(ReadOnlySpan<byte> line)
    {
        _lines++;
        if (line.StartsWith("#"u8) || line.StartsWith("sep="u8))
            return;
        // numbers alone are a table only where nothing else stands above them
        if (CsvLog.Begin(line) is { } table && (_isPlain || table is { IsHeadless: false, Unnamed.Count: 0 }))
            _table = table;
        else if (_table is null && _lines == 2)
            _table = CsvLog.Nameless(_above, line);
        _isPlain = false;
        _above = _lines == 1 && line.Length < 1 << 12 ? line.ToArray() : [];
    }
}
