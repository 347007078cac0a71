using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Findings;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Tests.Doctor.Findings;

public class FindingRuleTests
{
    /// <summary>The table of contents is complete: a rule that is not in it never looks at a run.</summary>
    [Fact]
    public void Every_rule_is_in_the_list_once() => Assert.Equal(
        typeof(FindingRule).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(FindingRule))).Select(t => t.Name)
            .Order(StringComparer.Ordinal),
        FindingRule.All.Select(r => r.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_finding_says_the_same_in_both_languages()
    {
        var finding = new Finding(FindingLevel.Watch, "code", FindingConfidence.Likely, ("seen", "所见"), ("means", "含义"),
            ("do", "处理"), "source");
        Assert.Equal(new LossFinding(FindingLevel.Watch, "code", "seen", "means", "do", FindingConfidence.Likely, "source"),
            finding.In(ReportLanguage.English));
        Assert.Equal(new LossFinding(FindingLevel.Watch, "code", "所见", "含义", "处理", FindingConfidence.Likely, "source"),
            finding.In(ReportLanguage.Chinese));
    }
}
