using System.Text;

namespace HubertSharp.Cli;

/// <summary>
/// Standard output and standard error. All that the program prints passes <see cref="PrintableWriter"/>, libraries' texts included.
/// </summary>
internal static class Terminal
{
    private static TextWriter? s_live;

    /// <summary>
    /// Standard error for lines that rewrite themselves: the only text with controls of a terminal is theirs, and the rest of it they
    /// clean.
    /// </summary>
    public static TextWriter Live => s_live ?? Console.Error;

    /// <summary>To be called once, before anything is printed.</summary>
    public static void Guard()
    {
#pragma warning disable RS0030 // this is the one place
        s_live = StartLimits.IsClosed(2) ? TextWriter.Null
            : Console.IsErrorRedirected ? Console.Error
            : Surviving(Console.OpenStandardError());
        var output = StartLimits.IsClosed(1) ? TextWriter.Null
            : Console.IsOutputRedirected ? Console.Out
            : Surviving(Console.OpenStandardOutput());
        Console.SetOut(new PrintableWriter(output));
        Console.SetError(new PrintableWriter(s_live));
#pragma warning restore RS0030
    }

    // A terminal may be closed while a run goes on. A file or a pipe keeps its faults: a full disk is told.
    private static StreamWriter Surviving(Stream terminal) =>
        new(new TerminalStream(terminal), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
}
