using HubertSharp.Runs;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Tests.Transcripts;

/// <summary>From a text to symbols and back, by units.</summary>
public class TextNormaliserTests
{
    [Theory]
    [InlineData(TextUnits.Letters, "Hello,  world!", "H E L L O | W O R L D |", "HELLO WORLD")]
    [InlineData(TextUnits.Letters, "don’t well-known 'quoted'", "D O N ' T | W E L L | K N O W N | Q U O T E D |",
        "DON'T WELL KNOWN QUOTED")]
    [InlineData(TextUnits.Letters, "ＦＵＬＬ　width", "F U L L | W I D T H |", "FULL WIDTH")]
    [InlineData(TextUnits.Letters, "naïve café", "N A Ï V E | C A F É |", "NAÏVE CAFÉ")]
    [InlineData(TextUnits.Characters, "今天，天氣很好。", "今 天 天 氣 很 好", "今天天氣很好")]
    [InlineData(TextUnits.Characters, "𠮷野家", "𠮷 野 家", "𠮷野家")]
    [InlineData(TextUnits.Mixed, "我想去 shopping mall 好嗎", "我 想 去 | S H O P P I N G | M A L L | 好 嗎", "我想去 SHOPPING MALL 好嗎")]
    [InlineData(TextUnits.Mixed, "用App下載", "用 | A P P | 下 載", "用 APP 下載")]
    [InlineData(TextUnits.Mixed, "OK", "O K |", "OK")]
    [InlineData(TextUnits.Tokens, "ni3 hao3", "ni3 hao3", "ni3 hao3")]
    [InlineData(TextUnits.Tokens, "ㄋㄧ3 ㄏㄠ3", "ㄋㄧ3 ㄏㄠ3", "ㄋㄧ3 ㄏㄠ3")]
    [InlineData(TextUnits.Letters, " . ", "", "")]
    [InlineData(TextUnits.Characters, "\ufeff今\u200b天\u200e", "今 天", "今天")] // nothing that cannot be seen is a symbol
    [InlineData(TextUnits.Letters, "co\u00adoperate\u200bnow", "C O O P E R A T E | N O W |", "COOPERATE NOW")]
    [InlineData(TextUnits.Letters, "\u0645\u06cc\u200c\u0634", "\u0645 \u06cc\u200c \u0634 |", "\u0645\u06cc\u200c\u0634")] // Persian
    public void Symbols_and_the_way_back(TextUnits units, string text, string symbols, string back)
    {
        var normaliser = new TextNormaliser(TextRules.Of(units));
        var normalised = normaliser.Normalise(text, "a:1");
        Assert.Equal(symbols, string.Join(' ', normaliser.Symbols(normalised)));
        Assert.Equal(back, normaliser.Text(normaliser.Symbols(normalised)));
        Assert.Equal(normalised, normaliser.Normalise(normalised, "a:1"));
    }

    [Fact]
    public void What_the_rules_refuse_is_named_with_its_place()
    {
        var letters = new TextNormaliser(TextRules.Of(TextUnits.Letters));
        Assert.StartsWith("a:7: a digit", Assert.Throws<UserException>(() => letters.Normalise("room 12", "a:7")).Message,
            StringComparison.Ordinal);
        Assert.Contains("end of a word", Assert.Throws<UserException>(() => letters.Normalise("a|b", "a:7")).Message,
            StringComparison.Ordinal);
        var strict = new TextNormaliser(new TextRules { Punctuation = TextPolicy.Refuse });
        Assert.StartsWith("a:7: punctuation", Assert.Throws<UserException>(() => strict.Normalise("a.", "a:7")).Message,
            StringComparison.Ordinal);
        Assert.Equal("ROOM 12", new TextNormaliser(new TextRules { Digits = TextPolicy.Keep }).Normalise("room 12", "a:7"));
        Assert.Equal("ROOM", new TextNormaliser(new TextRules { Digits = TextPolicy.Remove }).Normalise("room 12", "a:7"));
        Assert.Equal("ß é", new TextNormaliser(new TextRules { Case = TextCase.Lower }).Normalise("ß É", "a:7"));
    }

    [Fact]
    public void Rules_read_back_and_others_are_refused()
    {
        using var folder = new TemporaryFolder();
        var rules = new TextRules { Units = TextUnits.Mixed, Case = TextCase.Lower, Digits = TextPolicy.Keep, Nfkc = false };
        rules.Write(folder.At("text.json"));
        Assert.Equal(rules, TextRules.Read(folder.At("text.json")));
        Assert.Null(TextRules.Find(folder.At("none.json")));
        foreach (var bad in (string[])["{}x", "[]", "{\"format\":\"other\"}",
            "{\"format\":\"hubertsharp.text.1\",\"units\":\"bytes\"}", "null"])
            Assert.Contains("not the rules", Assert.Throws<UserException>(() => TextRules.Read(folder.Write("bad.json", bad))).Message,
                StringComparison.Ordinal);
    }
}
