using System.Text.Encodings.Web;
using System.Text.Json;
using HubertSharp.Runs;

namespace HubertSharp.Tests;

public class PrintableTextTests
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    [Theory]
    [InlineData("plain text, as most of it", "plain text, as most of it")]
    [InlineData("语音 \u00e9 e\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600",
        "语音 \u00e9 e\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600")]
    [InlineData("a\u001b[31mb\u0007\u0008\u007f", "a?[31mb???")]
    [InlineData("\u0090\u009b2J\u009d", "??2J?")] // C1: one byte for what ESC and a letter say
    [InlineData("a\u202egnp.exe\u202c\u2066\u2069\u200e\u061c", "a?gnp.exe?????")] // turn the direction
    [InlineData("a\u200bb\ufeffc\u00add\U000e0041", "a?b?c?d?")] // take no width
    [InlineData("two\r\nlines\nand\ttab\u2028more\u0085\f", "two lines and tab more  ")]
    public void One_line_of_what_a_terminal_shows(string text, string expected) => Assert.Equal(expected, PrintableText.Line(text));

    [Fact]
    public void Half_of_a_character_is_none() => Assert.Equal("x?y?", PrintableText.Line("x\ud800y\udfff"));

    [Fact]
    public void Several_lines_keep_line_feeds_and_tabs() => Assert.Equal("a\n\tb?c", PrintableText.Lines("a\r\n\tb\rc"));

    [Fact]
    public void No_character_of_any_kind_reaches_a_terminal_as_a_control()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var shown = PrintableText.Line($"a{(char)c}b");
            Assert.True(shown.Length == 3 && !char.IsControl(shown[1]) && !char.IsSurrogate(shown[1]), $"{c:x}");
        }
    }

    [Fact]
    public void A_name_that_is_cut_is_not_cut_within_a_character()
    {
        var name = string.Concat(Enumerable.Repeat("\U0001f600", 200));
        Assert.DoesNotContain('?', PrintableText.Of("a" + name));
        Assert.InRange(PrintableText.Of(name).Length, 100, 130);
    }

    [Fact]
    public void A_message_keeps_its_beginning_and_its_end()
    {
        var message = UserException.Create("unknown key", "a.yaml:3", found: new string('x', 100_000), next: "remove it").Message;
        Assert.InRange(message.Length, 1500, 2000);
        Assert.StartsWith("a.yaml:3: unknown key (found xxx", message, StringComparison.Ordinal);
        Assert.EndsWith("x); remove it", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(150)]
    [InlineData(100_000)]
    public void Many_faults_are_ten_and_a_count(int length)
    {
        var faults = Enumerable.Range(1, 3000).Select(i => $"r.yaml:{i}: {new string('k', length)} end").ToList();
        var message = UserException.Gather("the recipe", faults).Message;
        Assert.StartsWith("3,000 faults in the recipe: (1) r.yaml:1: k", message, StringComparison.Ordinal);
        Assert.Contains("(10) r.yaml:10: k", message, StringComparison.Ordinal);
        Assert.DoesNotContain("(11)", message, StringComparison.Ordinal);
        Assert.EndsWith("k end; and 2,990 more", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 1, 2000);
    }

    [Fact]
    public void Json_keeps_every_name_exact()
    {
        const string name = "a\u001b\u009b\u202e\u200b\U000e0041\U0001f600语";
        var json = PrintableText.Json(JsonSerializer.Serialize(new[] { name }, Relaxed));
        Assert.Equal(json, PrintableText.Lines(json));
        Assert.Equal(name, JsonSerializer.Deserialize<string[]>(json)![0]);
    }
}
