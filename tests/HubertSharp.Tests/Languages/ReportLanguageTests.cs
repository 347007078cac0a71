using HubertSharp.Runs.Languages;
using HubertSharp.Tests.Doctor;

namespace HubertSharp.Tests.Languages;

public class ReportLanguageTests
{
    /// <summary>What the doctor says of one run: the figures are the same, the words are another language's.</summary>
    [Fact]
    public void A_report_is_written_in_one_language_with_the_same_figures()
    {
        var run = new FakeRun { Loss = i => 6.66 - (0.3 * Math.Log(1 + (i / 4.0))) };
        var (english, chinese) = (run.Examine(), run.Examine(ReportLanguage.Chinese));
        Assert.Equal(english.Findings.Select(f => (f.Code, f.Level)), chinese.Findings.Select(f => (f.Code, f.Level)));
        Assert.NotEmpty(english.Findings);
        Assert.All(english.Findings, f => Assert.DoesNotContain($"{f.Seen}{f.Meaning}{f.Next}", IsHan));
        Assert.All(chinese.Findings, f => Assert.Contains($"{f.Seen}{f.Meaning}{f.Next}", IsHan));
        Assert.Equal(english.FinalLossBits, chinese.FinalLossBits);
    }

    private static bool IsHan(char c) => c is >= '\u4e00' and <= '\u9fff';
}
