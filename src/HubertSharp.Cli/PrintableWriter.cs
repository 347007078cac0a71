using System.Globalization;
using System.Text;
using HubertSharp.Runs;

namespace HubertSharp.Cli;

/// <summary>
/// What lies between the program and a terminal: whatever a name, a label or a key of a file contains, the terminal gets
/// printable text. <c>WriteLine</c> writes one line, so that a name cannot begin one of its own; <c>Write</c> keeps line feeds.
/// </summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    private char _half; // of a character whose other half comes with the next call

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        var text = WithHalf(buffer);
        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            _half = text[^1];
            text = text[..^1];
        }
        inner.Write(PrintableText.Lines(text));
    }

    public override void WriteLine() => WriteLine("");

    public override void WriteLine(string? value) => inner.WriteLine(PrintableText.Line(WithHalf(value)));

    public override void Flush() => inner.Flush();

    private string WithHalf(ReadOnlySpan<char> text)
    {
        var whole = _half == '\0' ? text.ToString() : $"{_half}{text}";
        _half = '\0';
        return whole;
    }
}
