using HubertSharp.Cli.Output;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Languages;
using HubertSharp.Tests.Dashboard;

namespace HubertSharp.Tests.Cli.Output;

public class DoctorTableTests
{
    /// <summary>Losses are bits, accuracies percent, and a gradient norm is neither.</summary>
    [Theory]
    [InlineData(ReportLanguage.English, @"^chance.* 6\.700 bits$", @"^loss of the last window +\d\.\d{3} bits$",
        @"^masked accuracy over the last 5% +20\.0%$", @"^gradient norm.* 0\.900$")]
    [InlineData(ReportLanguage.Chinese, @"^随机水平.* 6\.700 比特$", @"^最后一个日志窗口的损失 +\d\.\d{3} 比特$",
        @"^最后 5% 的掩码帧准确率 +20\.0%$", @"^梯度范数.* 0\.900$")]
    public void Every_figure_has_its_unit(ReportLanguage language, params string[] rows)
    {
        using var runs = new SampleRuns();
        var report = LossDoctor.Examine(DoctorInput.Read(runs.AddRun("run")), language);
        using var written = new StringWriter();
        DoctorTable.Write(written, "run", report, language);
        var lines = written.ToString().Split(Environment.NewLine);
        Assert.All(rows, row => Assert.Single(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, row)));
        Assert.DoesNotMatch(@"[\u4e00-\u9fff][,;:(]|[,;:)][\u4e00-\u9fff]", written.ToString());
    }
}
