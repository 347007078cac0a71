using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Tests.Transcripts;

public class CompatibilityFormTests
{
    [Theory]
    [InlineData("plain ASCII stays", "plain ASCII stays")]
    [InlineData("ＡＢＣ　１２３！", "ABC 123!")]
    [InlineData("ﾊﾟﾝ", "パン")] // half-width kana with a mark of its own
    [InlineData("ﬁne ½ ① ㎏ Ⅳ", "fine 1⁄2 1 kg IV")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // marks by their classes
    [InlineData("\u1100\u1161\u11a8", "각")]
    [InlineData("한국어", "한국어")]
    [InlineData("你好，\uf900", "你好,豈")] // a compatibility ideograph
    [InlineData("𠮷𝐀", "𠮷A")]
    [InlineData("\u0958", "\u0915\u093c")] // one that Unicode never composes
    public void Texts_as_Unicode_has_them(string text, string expected) => Assert.Equal(expected, CompatibilityForm.Of(text));

    [Fact]
    public void Twice_is_once()
    {
        foreach (var code in Enumerable.Range(0xa0, 0x30000).Where(c => c is < 0xd800 or > 0xdfff))
        {
            var once = CompatibilityForm.Of(char.ConvertFromUtf32(code) + "\u0301a");
            Assert.Equal(once, CompatibilityForm.Of(once));
        }
    }
}
