using HubertSharp.Interop;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Tests.Reports;

namespace HubertSharp.Tests.Interop.HuggingFace;

public sealed class ModelCardTests : IDisposable
{
    private readonly TinyRun _run = new("pipeline/iteration1/run");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_card_tells_what_the_run_folder_knows()
    {
        _run.Train();
        var card = Card("plain", "cc-by-sa-4.0");
        Assert.StartsWith("---\nlibrary_name: transformers\npipeline_tag: feature-extraction\nlicense: cc-by-sa-4.0\ntags:\n", card);
        Assert.Contains("| optimization.max_update | 8 |", card);
        Assert.Contains($"Label set `km`: {_run.Classes - 4} clusters at {_run.LabelRate} Hz", card);
        Assert.Contains("| updates | 8 |", card);
        Assert.Matches(@"\| masked loss, training \| \d+\.\d{3} bits \|", card);
        Assert.Contains("`hubert doctor`: ", card);
        Assert.Contains("None recorded.", card);
        var data = DataSummary.Read(Path.Combine(_run.Folder, RunFolder.DataName)); // all that it knows of the corpus
        Assert.Contains(FormattableString.Invariant(
            $"| train | {data.Manifest.Utterances} | {data.Manifest.Seconds / 3600:0.00} |"), card);
        Assert.DoesNotContain("Not recorded", card);

        // inside a pipeline the report beside it knows the data and the evaluations
        var pipeline = Path.GetDirectoryName(Path.GetDirectoryName(_run.Folder))!;
        ReportJson.Write(Path.Combine(pipeline, "report", "report.json"), SampleReport.Create());
        card = Card("pipeline", null);
        Assert.Contains("language:\n- en\n- zh\n", card);
        Assert.DoesNotContain("license:", card);
        Assert.Contains("| train | zh | 479 | 0.44 |", card);
        Assert.Contains("| iteration 1, layer 3 | syllables | 200 | 0.216 | 0.145 |", card);
        Assert.Contains("| iteration 2, layer 3 | speaker | 43.1% | 40.0% to 46.0% |", card.Replace(" %", "%"));
        Assert.Contains("Edward Der-Hua Liu", card);
        Assert.Contains("Not stated.", card);
    }

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    private string Card(string name, string? licence)
    {
        ModelConverter.Run(new ConversionOptions
        {
            Input = _run.Folder,
            Output = _folder.At(name),
            Format = ModelFormat.HuggingFace,
            Licence = licence,
        });
        return File.ReadAllText(_folder.At(name, "README.md"));
    }
}
