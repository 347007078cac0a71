namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>Tables of losses, which a log is from its first line on or not at all.</summary>
internal sealed class CsvParser : ILogParser
{
    private static readonly LogFormat s_table = new("csv")
    {
        Title = ("a table of losses", "损失表格"),
        Unit = "unknown",
        MayLogShares = true,
    };

    private CsvLog? _table;
    private bool _began;

    public LogFormat Format => _table is { IsLightning: true } ? LightningTextParser.Lightning : s_table;

    public UserException? Fault(string path) =>
        _table is { Unnamed: { Count: > 0 } columns } ? DoctorFaults.NoLossColumn(path, columns) : null;

    public int Broken => _table?.Broken ?? 0;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line)
    {
        if (!_began && line.Trim(" \t"u8).Length > 0)
        {
            _began = true;
            _table = CsvLog.Begin(line);
        }
        return _table is { Unnamed.Count: > 0 } ? null : _table?.Parse(line);
    }
}
