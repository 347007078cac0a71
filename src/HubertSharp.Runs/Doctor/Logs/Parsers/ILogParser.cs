namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// One way in which training logs are written. It sees every line that no parser before it took, and may keep what it saw.
/// </summary>
internal interface ILogParser
{
    LogFormat Format { get; }

    /// <summary>Lines that look like this toolkit's metrics and cannot be read.</summary>
    int Broken => 0;

    /// <summary>Whoever writes such a log writes nothing else into it: a line that nobody knows is a damaged one.</summary>
    bool OwnsEveryLine => false;

    /// <summary>Beside a toolkit's own lines such a line is somebody's comment.</summary>
    bool YieldsToOthers => false;

    /// <summary>The metrics of a line of this toolkit, of each kind one; empty when it holds none; null when the line is not its.</summary>
    IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line);

    /// <summary>Why this toolkit's lines gave nothing, where it can tell.</summary>
    /// <param name="path">The log without metrics.</param>
    UserException? Fault(string path) => null;

    /// <summary>For lines that hold one sample.</summary>
    internal static IReadOnlyList<LogSample>? One(LogSample? sample) => sample is null ? null : [sample];

    /// <summary>For lines that hold an epoch's training and its validation.</summary>
    internal static IReadOnlyList<LogSample>? Both(LogSample? first, LogSample? second) =>
        first is null ? One(second) : second is null ? [first] : [first, second];
}
