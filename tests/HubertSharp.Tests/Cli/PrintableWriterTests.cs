using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli;

public sealed class PrintableWriterTests : IDisposable
{
    private readonly StringWriter _terminal = new() { NewLine = "\n" };

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Every_way_to_write_is_cleaned()
    {
        using var writer = new PrintableWriter(_terminal);
        writer.Write("\u001b[1m");
        writer.Write('\u009b');
        writer.Write((object)"\u0007");
        writer.Write("{0}{1}", "\u001b", 'x');
        writer.Write("ab\u001b".ToCharArray());
        writer.Write("\u202e".AsSpan());
        writer.Write(new System.Text.StringBuilder("\u001b]0;title"));
        Assert.Equal("?[1m???xab???]0;title", _terminal.ToString());
    }

    [Fact]
    public void A_line_is_one_line_and_a_text_keeps_its_lines()
    {
        using var writer = new PrintableWriter(_terminal);
        writer.WriteLine("a\nhubert: all is well\r");
        writer.WriteLine((object)"b\rc");
        writer.Write("d\n  e\n");
        writer.WriteLine();
        Assert.Equal("a hubert: all is well \nb c\nd\n  e\n\n", _terminal.ToString());
    }

    [Fact]
    public void A_character_may_come_in_two_halves()
    {
        using var writer = new PrintableWriter(_terminal);
        foreach (var half in "\U0001f600语")
            writer.Write(half);
        writer.Write("\ud83d");
        writer.WriteLine("\ude00");
        writer.Write("\ud83d");
        writer.WriteLine("!");
        Assert.Equal("\U0001f600语\U0001f600\n?!\n", _terminal.ToString());
    }
}
