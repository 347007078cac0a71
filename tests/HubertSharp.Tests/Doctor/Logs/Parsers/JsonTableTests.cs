using System.Globalization;
using HubertSharp.Runs.Doctor;

namespace HubertSharp.Tests.Doctor.Logs.Parsers;

/// <summary>Whole files of JSON.</summary>
public class JsonTableTests
{
    [Theory]
    [InlineData("[[1.7e9, {0}, {1}]*]")]
    [InlineData("[[{0}, {1}]*]")]
    [InlineData("[{{\"step\": {0}, \"loss\": {1}, \"val_loss\": 6.4}}*]")]
    [InlineData("{{\"history\": [{{\"global_step\": {0}, \"train/loss\": {1}}}*]}}")]
    [InlineData("{{\n  \"log\": {{\n    \"entries\": [\n"
        + "      {{\n        \"iter\": {0},\n        \"loss\": {1},\n        \"gap\": NaN\n      }}*\n    ]\n  }}\n}}")]
    public void Every_form_is_read_like_the_plain_one(string form)
    {
        using var folder = new TemporaryFolder();
        var report = LossDoctor.Examine(DoctorInput.Read(folder.Write("a.json", Rows(form))));
        Assert.Equal((39_900, 3.0, LossVerdict.Normal), (report.Updates, Math.Round(report.FinalLossBits!.Value, 1), report.Verdict));
        Assert.Equal("json", report.Format.Name);
    }

    [Fact]
    public void Lists_side_by_side_are_columns_and_without_steps_epochs()
    {
        using var folder = new TemporaryFolder();
        var losses = string.Join(", ", Enumerable.Range(1, 40)
            .Select(i => (6 - (0.05 * i)).ToString("0.00", CultureInfo.InvariantCulture)));
        var steps = string.Join(", ", Enumerable.Range(1, 40).Select(i => i * 500));
        var stepped = DoctorInput.Read(folder.Write("a.json", $"{{\"step\": [{steps}], \"loss\": [{losses}]}}"));
        Assert.Equal(20_000, LossDoctor.Examine(stepped).Updates);
        var keras = LossDoctor.Examine(DoctorInput.Read(folder.Write("b.json", $"{{\"loss\": [{losses}], \"val_loss\": [{losses}]}}")));
        Assert.Equal((40_000, 4.0), (keras.Updates, Math.Round(keras.ValidLossBits!.Value, 1)));
        Assert.Contains(keras.Findings, f => f.Code == "updates_assumed");
    }

    [Fact]
    public void Several_names_are_several_runs()
    {
        using var folder = new TemporaryFolder();
        var run = Rows("[[{0}, {1}]*]");
        var found = DoctorInput.ReadAll(folder.Write("a.json", $"{{\"one\": {run}, \"two\": {run}}}"));
        Assert.Equal(["[one]", "[two]"], found.Select(f => f.Log[^5..]));
    }

    // what stands before the star, with a comma between, for each update; {0} is the update, {1} the loss
    private static string Rows(string form)
    {
        var begin = form.Contains("{{\n", StringComparison.Ordinal) ? "      {{"
            : form.Contains("[[", StringComparison.Ordinal) ? "[" : "{{";
        var (open, close) = (form.LastIndexOf(begin, StringComparison.Ordinal), form.IndexOf('*', StringComparison.Ordinal));
        var rows = Enumerable.Range(1, 399).Select(i => string.Format(CultureInfo.InvariantCulture, form[open..close], i * 100,
            Math.Round(3 + (3.65 * Math.Exp(-i / 50.0)), 4)));
        return form[..open].Replace("{{", "{", StringComparison.Ordinal) + string.Join(",\n", rows)
            + form[(close + 1)..].Replace("}}", "}", StringComparison.Ordinal);
    }
}
