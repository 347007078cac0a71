using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

public class TerminalStreamTests
{
    [Fact]
    public void What_a_closed_terminal_refuses_is_dropped()
    {
        using var closed = new ClosedTerminal();
        using var writer = new StreamWriter(new TerminalStream(closed)) { AutoFlush = true };
        writer.WriteLine("stopping after the current step");
        writer.Write('x');
        Assert.Equal(2, closed.Attempts);
    }

    private sealed class ClosedTerminal : MemoryStream
    {
        public int Attempts { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Attempts++;
            throw new IOException("Input/output error", 5);
        }
    }
}
