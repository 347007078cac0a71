using HubertSharp.Runs.Languages;

namespace HubertSharp.Tests.Languages;

public sealed class TextScriptTests
{
    [Theory]
    [InlineData("今天很好。", TextScript.Chinese)]
    [InlineData("ㄋㄧ3 ㄏㄠ3", TextScript.Chinese)]
    [InlineData("it isn't 3 é ǚ ＡＢ", TextScript.Latin)]
    [InlineData("我想去 mall 好嗎", TextScript.CodeSwitched)]
    [InlineData("我想去Ａ", TextScript.CodeSwitched)]
    [InlineData("это email", TextScript.CodeSwitched)]
    [InlineData("это", TextScript.Other)]
    [InlineData("今日はいい", TextScript.Other)]
    [InlineData("42 ?!", TextScript.Other)]
    [InlineData("", TextScript.Other)]
    public void Letters_tell_the_script(string text, TextScript expected)
    {
        Assert.Equal(expected, TextScripts.Of(text));
        if (text.EnumerateRunes().All(r => !System.Text.Rune.IsLetter(r) || TextScripts.Of(r.ToString()) != TextScript.Other))
            Assert.Equal(expected, TextScripts.Of(text.EnumerateRunes().Select(r => TextScripts.Of(r.ToString()))));
    }
}
